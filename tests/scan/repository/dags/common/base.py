"""What the teams build on."""

# ruff: noqa  # written as users write

from __future__ import annotations
from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Optional
from compat import DAG, BashOperator, EmptyOperator, PythonOperator, TaskGroup

if TYPE_CHECKING:
    from somewhere import Nothing
from .config import ENVIRONMENTS, get_env, Settings


class BaseDag(ABC):
    tags: list[str] = []
    schedule: Optional[str] = None
    retries = 2

    def __init__(self, dag_id: str | None = None, **overrides: Any) -> None:
        self.dag_id = dag_id or self.__class__.__name__.lower()
        self.overrides = overrides
        for key, value in overrides.items():
            setattr(self, key, value)
        self.settings = Settings.load(self.dag_id)

    @property
    def default_args(self):
        return {"owner": getattr(self, "owner", "nobody"), "retries": self.retries, **self.settings.extra}

    def __call__(self):
        with DAG(
            self.dag_id,
            schedule=self.schedule,
            start_date=datetime(2024, 1, 1),
            tags=sorted({*self.tags, "base"}),
            default_args=self.default_args,
            catchup=False,
        ) as dag:
            self.dag = dag
            start, end = self.edges()
            body = self.build()
            if isinstance(body, (list, tuple)):
                start >> list(body) >> end
            elif body is not None:
                start >> body >> end
            else:
                start >> end
        return dag

    def edges(self):
        return EmptyOperator(task_id="start"), EmptyOperator(task_id="end", trigger_rule="none_failed")

    @abstractmethod
    def build(self): ...
