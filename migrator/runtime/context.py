"""What a helper function asks of Airflow's task instance, for functions that were written for one.

It is given what the step knows; what it is asked to push becomes an output of the step.
"""

from collections.abc import Mapping
from typing import Any


class TaskInstance:
    """XComs of other tasks to pull, and a place for those to push. Attributes are what the step gives it."""

    def __init__(self, xcoms: Mapping[tuple[str, str], Any] | None = None, **attributes: Any) -> None:
        self.pushed: dict[str, Any] = {}
        self._xcoms = dict(xcoms or {})
        vars(self).update(attributes)

    def xcom_pull(self, task_ids: str, key: str = "return_value") -> Any:
        """What another task left behind."""
        return self._xcoms[task_ids, key]

    def xcom_push(self, key: str, value: Any) -> None:
        """Keep a value for the tasks after this one."""
        self.pushed[key] = value
