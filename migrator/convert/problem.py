"""A reason why a piece cannot be native, before it has become a finding."""

from migrator.findings import Finding
from migrator.ir import Dag, Origin
from migrator.record import dataclass


@dataclass(frozen=True)
class Problem:
    """`line` counts from 1 in the DAG's file; None for the line of the DAG or task that it is about."""

    code: str
    message: str
    line: int | None = None
    task_id: str | None = None

    def finding(self, dag: Dag) -> Finding:
        """The same as a finding of that DAG."""
        origin = dag.task(self.task_id).origin if self.task_id else dag.origin
        if self.line is not None:
            origin = Origin(origin.file, self.line)
        return Finding(self.code, self.message, origin, dag.dag_id, self.task_id)
