"""Other DAGs in the text of a step: which job they have become, and the dates and steps by which it finds their runs.

A rule knows one DAG only, and names others as `other_dag.py` has it. Once all modules are there, this puts in what they
have become. So no decision on a DAG depends on another one.
"""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from migrator.convert.decide import Decision, FileDecision, node_name
from migrator.convert.naming import job as job_name
from migrator.convert.naming import xcom_part
from migrator.convert.other_dag import ASKS, CALL, GROUP, TASKS
from migrator.convert.problem import Problem
from migrator.convert.source import Source, names_in
from migrator.convert.starts import Timing
from migrator.convert.timing import timing
from migrator.findings import Finding
from migrator.ir import Cron, Dag
from migrator.ir.schedule import stands_for_interval
from migrator.manifest import DagEntry
from migrator.record import dataclass
from migrator.runtime.airflow_names import free


def asked_for(files: Iterable[FileDecision]) -> frozenset[str]:
    """The DAGs of which native steps ask for runs."""
    steps = (s for file in files for d in file.dags if d.level != "lift" for s in d.steps)
    lines = (line for step in steps for line in step.lines if CALL in line)
    return frozenset(str(given["dag_id"]) for line in lines for _, given in _calls(line) if given.get(ASKS))


def _calls(text: str) -> Iterator[tuple[ast.Call, dict[str, object]]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == CALL:
            given = {str(k.arg): ast.literal_eval(k.value) for k in node.keywords}
            if "dag_id" in given:
                yield node, given


@dataclass(frozen=True)
class Others:
    """All DAGs of the project, and what became of them."""

    decisions: Mapping[str, Decision]
    entries: Mapping[str, DagEntry]
    airflow3: bool

    def resolve(self, text: str) -> str:
        """The text of a module with the jobs of the other DAGs."""
        if f"{CALL}(context, dag_id=" not in text:
            return text
        source = Source(text)
        found = [(source.span(node), self._job(given)) for node, given in _calls(text)]
        names = _names(source, [windows for _, (_, windows, _) in found if windows])
        lines = text.splitlines(keepends=True)
        for span, (job, windows, rest) in sorted(found, key=lambda f: (f[0].line, f[0].column), reverse=True):
            arguments = ", ".join([job, *([names.get(windows, windows)] if windows else []), *rest])
            head, tail = lines[span.line - 1][: span.column], lines[span.end_line - 1][span.end_column :]
            lines[span.line - 1 : span.end_line] = [f"{head}{CALL}(context, {arguments}){tail}"]
        after = max(
            node.end_lineno or 0
            for node in source.tree.body
            if isinstance(node, (ast.Import, ast.ImportFrom))
        )
        written = _written(source)
        lines[after:after] = [f"{name} = {text}\n" for text, name in names.items() if text not in written]
        return "".join(lines)

    def findings(self, decision: Decision) -> list[Finding]:
        """What is told of the DAGs that a native DAG names."""
        return [
            problem.finding(decision.dag)
            for step in decision.steps
            for line in step.lines
            if CALL in line
            for _, given in _calls(line)
            for problem in self._told(step.task.task_id, given)
        ]

    def _told(self, task_id: str, given: Mapping[str, object]) -> Iterator[Problem]:
        if missing := self._missing(given):
            yield Problem("CF084", missing, None, task_id)
            return
        other = self.decisions[str(given["dag_id"])]
        if given.get(ASKS) and other.level != "lift" and other.timing.partitions:
            yield Problem(
                "CF085", f"{other.dag.dag_id} is partitioned: a run is that of the partition", None, task_id
            )

    def _missing(self, given: Mapping[str, object]) -> str | None:
        dag_id, group = str(given["dag_id"]), given.get(GROUP)
        if dag_id not in self.decisions:
            return f"no DAG of the project is called {dag_id}"
        dag = self.decisions[dag_id].dag
        wanted, known = given.get(TASKS), {t.task_id for t in dag.tasks}
        unknown = [t for t in wanted if t not in known] if isinstance(wanted, list) else []
        if unknown and dag.partial is None:
            return f"{dag_id} has no task {unknown[0]}"
        if group and not _inside(dag, str(group)):
            return f"{dag_id} has no task group {group}"
        return f"it is not known whether {dag_id} has a task {unknown[0]}" if unknown else None

    def _job(self, given: Mapping[str, object]) -> tuple[str, str | None, list[str]]:
        """Its name, its windows, and the other arguments."""
        dag_id = str(given["dag_id"])
        if missing := self._missing(given):
            return repr(job_name(dag_id)), None, [f"missing={missing!r}"]
        decision, entry = self.decisions[dag_id], self.entries[dag_id]
        windows, interval = _windows(decision, self.airflow3)
        rest = []
        if steps := self._steps(decision, entry, given):
            rest.append(f"steps=[{', '.join(steps)}]")
        if windows and not interval:
            rest.append("interval=False")
        if given.get(ASKS) and decision.level != "lift" and decision.timing.partitions:
            rest.append("partitioned=True")
        return repr(entry.job), windows, rest

    def _steps(self, decision: Decision, entry: DagEntry, given: Mapping[str, object]) -> list[str]:
        group, listed = given.get(GROUP), given.get(TASKS)
        wanted = _inside(decision.dag, str(group)) if group else listed if isinstance(listed, list) else []
        return [_shown(sorted(_step_keys(decision, entry, task_id)), entry, task_id) for task_id in wanted]


def _names(source: Source, windows: Sequence[str]) -> dict[str, str]:
    """The names of the module for windows that it has anyway, and new ones for those that it needs several times."""
    found = _written(source)
    taken = {*found.values(), *names_in(source.text)}
    for text, count in Counter(windows).items():
        if count > 1 and text not in found:
            found[text] = free("dates_of_other_runs", taken)
            taken.add(found[text])
    return {text: found[text] for text in windows if text in found}


def _written(source: Source) -> dict[str, str]:
    """What the module assigns to a name, by its text."""
    return {
        source.segment(node.value): node.targets[0].id
        for node in reversed(source.tree.body)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def _shown(keys: list[str], entry: DagEntry, task_id: str) -> str:
    return repr(keys) if entry.tasks[task_id].disposition == "contracted" else repr(keys[0])


def _step_keys(decision: Decision, entry: DagEntry, task_id: str) -> set[str]:
    """Of a task; of a contracted one, those of the steps that it stands after."""
    task = entry.tasks[task_id]
    if task.disposition == "contracted":
        before = decision.dag.task(task_id).upstream
        return {key for up in before for key in _step_keys(decision, entry, up)}
    if task.asset_key is None:
        return {str(task.op)}
    body = next(s for s in decision.steps if s.task.task_id == task_id).body
    if len(body.pushes) + body.returns > 1:  # one step for several assets has a name of its own
        ending = "" if body.returns else xcom_part("", body.pushes[0][0])
        return {job_name("__".join(task.asset_key).removesuffix(ending))}
    return {node_name(task.asset_key)}


def _inside(dag: Dag, group: str) -> list[str]:
    """The tasks of a group, and of those in it."""
    return sorted(t.task_id for t in dag.tasks if f"{t.group}.".startswith(f"{group}."))


def _windows(decision: Decision, airflow3: bool) -> tuple[str | None, bool]:
    """The windows that a DAG's schedule stands for, as an expression; and whether a run starts at their end."""
    dag = decision.dag
    if decision.timing.partitions and decision.level != "lift":
        return decision.timing.partitions, decision.timing.interval
    if not isinstance(dag.schedule, Cron):
        return None, True
    interval = stands_for_interval(dag.schedule, airflow3=airflow3)
    if decision.level == "lift" and dag.start_date:
        return _of_lifted(dag, dag.schedule), interval
    first = dag if dag.start_date else replace(dag, start_date="2000-01-01T00:00:00+00:00")
    found = timing(first, dated=True, airflow3=airflow3)
    return (found.partitions, found.interval) if isinstance(found, Timing) else (None, True)


def _of_lifted(dag: Dag, cron: Cron) -> str:
    """As `airflow_dag` makes its partitions, whose keys have a form of their own."""
    fields = cron.cron.split()
    daily = fields[2:] == ["*", "*", "*"] and fields[0].isdigit() and fields[1].isdigit()
    form = "%Y-%m-%d" if daily else "%Y-%m-%d-%H:%M"
    start = "2000-01-01" if daily else "2000-01-01-00:00"
    return (
        f'dg.TimeWindowPartitionsDefinition(cron_schedule="{cron.cron}", start="{start}", fmt="{form}", '
        f'timezone="{cron.timezone}")'
    )
