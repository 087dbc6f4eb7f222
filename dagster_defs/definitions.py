"""Everything that was migrated: one code location."""

from pathlib import Path

import dagster as dg

from . import defs as folder

defs = dg.ComponentTree.from_module(folder, project_root=Path(__file__).parent).build_defs()
