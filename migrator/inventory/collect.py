"""All needs of one DAG: of its arguments, of the templates in them, and of the code that it runs."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from migrator.findings import Finding, in_order
from migrator.inventory import needs
from migrator.inventory.arguments import RENDERED, Templates, is_missing, text_of, values_of
from migrator.inventory.jinja import Parsed, is_template, parse
from migrator.inventory.model import Inventory, Need, Unnamed, shown
from migrator.inventory.needs.templates import kind_of
from migrator.inventory.reach import Reach
from migrator.inventory.sources import Sources
from migrator.ir import Dag, Dictionary, Literal, Origin, Task, Value

TEXTLESS = "runtime"  # the form of a DAG that only the running Airflow knows


def of_dag(dag: Dag, sources: Sources) -> Inventory:
    """What this DAG needs to find where it runs."""
    return _Collector(dag, sources).inventory()


class _Collector:
    def __init__(self, dag: Dag, sources: Sources) -> None:
        self.dag, self.sources = dag, sources
        self.needs: set[Need] = set()
        self.findings: list[Finding] = []
        self.templates: Counter[str] = Counter()
        self.files = Templates(dag, sources)
        self.macros = _macros(dag)

    def inventory(self) -> Inventory:
        for rule in needs.rules("in_dag"):
            self._take(rule(self.dag, self.sources), self.dag.origin, None)
        for task in self.dag.tasks:
            self._task(task)
        if self.dag.form != TEXTLESS:
            found = Reach(self.dag, self.sources).run()
            self.needs |= found.needs
            self.findings += found.findings
        names: defaultdict[str, set[str]] = defaultdict(set)
        for need in self.needs:
            names[need.kind].add(shown(need.name))
        names["default_connections"] -= names["connections"]
        return Inventory(
            **{kind: tuple(sorted(found)) for kind, found in names.items()},
            templates=dict(sorted(self.templates.items())),
            findings=tuple(in_order(self.findings)),
        )

    def _task(self, task: Task) -> None:
        for name, value in values_of(task):
            for rule in needs.rules("in_argument"):
                self._take(rule(task, name, value), task.origin, task)
            text = text_of(value)
            if text is None:
                continue
            if is_template(text):
                self._template(text, task, name)
            else:
                self._file(text, task, name)

    def _file(self, text: str, task: Task, name: str) -> None:
        """A text that names a file: one that Airflow renders, or one that the task reads."""
        path = self.files.file(text)
        if path is not None:
            self.needs.add(Need("files", path))
            content = self.sources.text(path) if path.endswith(RENDERED) else None
            if content is not None and is_template(content):
                self._template(content, task, path)
        elif is_missing(name, text) and (not task.taskflow or "templates_exts" in task.args):
            self._report("DP005", f"{text} is not in the scanned folder", task.origin, task)

    def _template(self, text: str, task: Task, place: str) -> None:
        parsed: Parsed = parse(text)
        if parsed.problem is not None:
            self._report("DP006", f"{place}: {parsed.problem}", task.origin, task)
        for reference in parsed.references:
            self.templates[kind_of(reference, self.macros)] += 1
            for rule in needs.rules("in_template"):
                self._take(rule(reference), task.origin, task)

    def _take(self, found: Iterable[Need | Unnamed], origin: Origin, task: Task | None) -> None:
        for one in found:
            if isinstance(one, Need):
                self.needs.add(one)
            else:
                self._report(one.code, f"{one.message}; the name is not known", origin, task)

    def _report(self, code: str, message: str, origin: Origin, task: Task | None) -> None:
        self.findings.append(
            Finding(code, message, origin, self.dag.dag_id, task.task_id if task is not None else None)
        )


def _macros(dag: Dag) -> frozenset[str]:
    """The names that the DAG adds to its templates."""
    given: Value | None = dag.args.get("user_defined_macros")
    if isinstance(given, Dictionary):
        return frozenset(given.items)
    plain = given.value if isinstance(given, Literal) else None
    return frozenset(map(str, plain)) if isinstance(plain, dict) else frozenset()
