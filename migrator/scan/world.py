"""What a reading has found out so far, and what is open at the moment: DAGs, groups, setups."""

from migrator.findings import Finding
from migrator.scan.boxes import DagState, GroupState
from migrator.scan.evaluator.interpreter import Doubt, Interpreter
from migrator.scan.evaluator.values import Site, UserFunction
from migrator.scan.states import (
    Derived,
    Label,
    Node,
    TaskState,
    XComRef,
    find_xcoms,
)

__all__ = [
    "DagState",
    "Derived",
    "GroupState",
    "Label",
    "Node",
    "TaskState",
    "World",
    "XComRef",
    "find_xcoms",
]


class World:
    """All DAGs of one reading."""

    def __init__(self) -> None:
        from migrator.scan.constructs.setup_teardown import SetupContext

        self.dags: list[DagState] = []
        self.registered: dict[DagState, None] = {}
        self.dag_functions: list[UserFunction] = []  # those with @dag
        self.homeless: list[TaskState] = []  # made without a DAG
        self.stack: list[DagState] = []
        self.groups: list[GroupState] = []
        self.sites: dict[tuple[str, int, int, int], int] = {}
        self.setups = SetupContext()
        self.assets: dict[str, object] = {}  # by name
        self.hidden: list[tuple[object, Doubt]] = []  # what names of the file may be, under a doubt
        self.tampered: Doubt | None = None  # Airflow itself is changed
        self.changes = 0  # counts the tasks and edges made so far
        self.top: Site | None = None  # the statement of the DAG file that is being read
        self._said: set[tuple[DagState, str, int]] = set()

    def registers(self, dag: DagState) -> bool:
        """Makes the DAG one that Airflow will find."""
        if dag.args.get("auto_register") is not False:
            self.registered[dag] = None
        return True

    def current_dag(self) -> DagState | None:
        """The DAG whose `with` block is being read."""
        return self.stack[-1] if self.stack else None

    def current_group(self, dag: DagState | None) -> GroupState | None:
        """The innermost group of the DAG."""
        if self.groups:
            return self.groups[-1]
        found = dag or self.current_dag()
        return found.root if found else None

    def doubtful(self, run: Interpreter, dag: DagState, code: str, why: str, site: Site) -> None:
        """The task set of the DAG is not known, from here on."""
        dag.partial = dag.partial or f"{why} ({site.source.path}:{site.line})"
        if (dag, code, site.line) not in self._said:
            self._said.add((dag, code, site.line))
            run.findings.append(Finding(code, why, site.source.origin(site.node), dag.dag_id))

    def check_doubt(self, run: Interpreter, dag: DagState) -> None:
        """After a change of the DAG: was it sure to happen?"""
        self.changes += 1
        if run.doubts or self.tampered:
            doubt = run.doubts[0] if run.doubts else self.tampered
            assert doubt is not None
            self.doubtful(run, dag, doubt.code, doubt.why, doubt.site)

    def made_at(self, run: Interpreter, dag: DagState, site: Site) -> None:
        """Counts what one place in a text makes: where it is more than one, the DAG comes from a factory."""
        key = (site.source.path, site.line, getattr(site.node, "col_offset", 0), id(dag))
        self.sites[key] = self.sites.get(key, 0) + 1
        dag.factory = dag.factory or bool(run.repeats) or self.sites[key] > 1
