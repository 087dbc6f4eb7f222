"""What a helper function asks of Airflow's task instance, for functions that were written for one.

It is given what the step knows; what it is asked to push becomes an output of the step.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class TaskInstance:
    """XComs of other tasks to pull, and a place for those to push. Attributes are what the step gives it.

    `with_missing`: a pull from several tasks has None for one that left nothing, instead of leaving it out.
    """

    def __init__(
        self,
        xcoms: Mapping[tuple[str, str], Any] | None = None,
        *,
        with_missing: bool = False,
        **attributes: Any,
    ) -> None:
        self._with_missing = with_missing
        self.pushed: dict[str, Any] = {}
        self._xcoms = dict(xcoms or {})
        vars(self).update(attributes)

    def xcom_pull(self, task_ids: str | Sequence[str], key: str = "return_value") -> Any:
        """What another task left behind; of several tasks, in a list."""
        if isinstance(task_ids, str):
            return self._xcoms[task_ids, key]
        found = [self._xcoms[task_id, key] for task_id in task_ids]
        return [value for value in found if value is not None or self._with_missing]

    def xcom_push(self, key: str, value: Any) -> None:
        """Keep a value for the tasks after this one."""
        self.pushed[key] = value
