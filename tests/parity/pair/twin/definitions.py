"""Everything that this project defines."""

import dagster as dg

from .defs import control, revenue

defs = dg.Definitions.merge(control.defs, revenue.defs)
