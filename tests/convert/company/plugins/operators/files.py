from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from airflow.exceptions import AirflowException
from airflow.models import BaseOperator
from airflow.utils.decorators import apply_defaults

if TYPE_CHECKING:
    from airflow.utils.context import Context

log = logging.getLogger(__name__)


class CopyFileOperator(BaseOperator):
    """
    Copies a file.

    :param source: where from (templated)
    :param target: where to (templated)
    """

    template_fields: Sequence[str] = ("source", "target")
    template_ext: Sequence[str] = ()
    ui_color = "#c8e6c9"
    ui_fgcolor = "#000"

    @apply_defaults
    def __init__(self, source: str, target: str, overwrite: bool = True, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.source = source
        self.target = target
        self.overwrite = overwrite
        if not isinstance(overwrite, bool):
            raise AirflowException("overwrite must be a bool")

    def execute(self, context: Context) -> str:
        source, target = Path(self.source), Path(self.target)
        if target.exists() and not self.overwrite:
            raise AirflowException(f"{target} exists")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.read_text() if source.exists() else f"{self.source}\n")
        log.info("copied %s", target)
        self._note(context, str(target))
        return str(target)

    def _note(self, context: Context, path: str) -> None:
        ti = context["task_instance"]
        ti.xcom_push(key="copied", value={"path": path, "run": context["ds"], "task": ti.task_id})


class CountLinesOperator(BaseOperator):
    """Counts the lines that a task before it has copied."""

    def __init__(self, *, upstream_id, key="return_value", **kwargs):
        super().__init__(**kwargs)
        self.upstream_id = upstream_id
        self.key = key

    def execute(self, context: Context):
        path = context["ti"].xcom_pull(task_ids=self.upstream_id, key=self.key)
        lines = Path(path).read_text().splitlines()
        self.log.info("%s: %d lines in %s", self.task_id, len(lines), path)
        return {
            "lines": len(lines),
            "day": context["logical_date"].strftime("%d.%m.%Y"),
            "task": self.task_id,
        }
