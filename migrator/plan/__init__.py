"""The plan file, `migrate.yaml`: what people decide and no converter can know.

A plan is optional, and so is every entry. Unknown keys are errors, so that a typing mistake is not a silent default.
"""

from migrator.plan.model import (
    ChecksPlan,
    ComparePlan,
    DagPlan,
    EffortPlan,
    FreshnessPlan,
    LandingPlan,
    Plan,
    SandboxPlan,
    TaskPlan,
)
from migrator.plan.reading import NAME, read

__all__ = [
    "NAME",
    "ChecksPlan",
    "ComparePlan",
    "DagPlan",
    "EffortPlan",
    "FreshnessPlan",
    "LandingPlan",
    "Plan",
    "SandboxPlan",
    "TaskPlan",
    "read",
]
