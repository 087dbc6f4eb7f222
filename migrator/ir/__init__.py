"""The one model that all readers write and all rules read."""

from migrator.ir.model import Dag, Origin, Project, SourceFile, Task, constant
from migrator.ir.schedule import (
    Continuous,
    Cron,
    Custom,
    Every,
    Manual,
    Once,
    OnDatasets,
    Schedule,
    UnknownSchedule,
)
from migrator.ir.values import (
    Code,
    Dictionary,
    Function,
    Literal,
    Sequence,
    Template,
    Unknown,
    Value,
    XCom,
    walk,
)

__all__ = [
    "Code",
    "Continuous",
    "Cron",
    "Custom",
    "Dag",
    "Dictionary",
    "Every",
    "Function",
    "Literal",
    "Manual",
    "OnDatasets",
    "Once",
    "Origin",
    "Project",
    "Schedule",
    "Sequence",
    "SourceFile",
    "Task",
    "Template",
    "Unknown",
    "UnknownSchedule",
    "Value",
    "XCom",
    "constant",
    "walk",
]
