"""What the project's own operator classes are made from: each is made and called by the step of its task.

    Load(table="orders").execute({"ds": context.partition_key})

Retries, pools, schedules and the like are the step's, so that a class has its own arguments only.
"""

import logging
from typing import Any

import dagster as dg


class Logged:
    """Has a logger."""

    @property
    def log(self) -> logging.Logger:
        """Writes to the log of the run."""
        return dg.get_dagster_logger(type(self).__name__)


class Operator(Logged):
    """Takes the names of its task; what else it is given is the step's, and not looked at."""

    def __init__(self, *, task_id: str = "", dag_id: str = "", **of_the_step: Any) -> None:
        self.task_id, self.dag_id = task_id, dag_id
