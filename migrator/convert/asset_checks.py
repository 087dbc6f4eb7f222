"""Checks that the plan asks for: a function for each kind of rule, below the assets."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from migrator.convert import naming, text
from migrator.convert.problem import Problem
from migrator.convert.step import Step
from migrator.record import dataclass

if TYPE_CHECKING:
    from migrator.convert.assets import AssetWriter
    from migrator.convert.decide import Decision, FileDecision
    from migrator.convert.text import DagText
    from migrator.plan import ChecksPlan, DagPlan, Plan


def choose(file: "FileDecision", plan: "Plan") -> None:
    """Note on each step what the plan says; what was asked for and cannot be is told."""
    for decision in file.dags:
        known = {t.task_id for t in decision.dag.tasks}
        entry = plan.dag(decision.dag.dag_id)
        for task_id, task in entry.tasks.items():
            if task_id in known and _asked(task.checks):
                told = _chosen(decision, task_id, task.checks, entry)
                (decision.reasons if decision.level == "lift" else decision.notes).extend(told)


def write(writer: "AssetWriter", made: "DagText") -> None:
    """The checks of a DAG."""
    for step in writer.kept:
        if step.checks is not None:
            label = naming.identifier(writer.label(step.task))
            for kind, body in _rules(step.checks):
                name = writer.names.make(f"{label}_{kind}")
                made.checks.append(_text(writer, made, step, name, body))
                made.asset_checks.append(name)


# ---------------------------------------------------------------------- what the plan asks for
def _asked(checks: "ChecksPlan") -> bool:
    return any(True for _ in _rules(checks))


def _chosen(decision: "Decision", task_id: str, checks: "ChecksPlan", entry: "DagPlan") -> list[Problem]:
    line = decision.dag.task(task_id).origin.line
    step = kept_steps(decision).get(task_id)
    if why := no_asset(decision, step):
        return [Problem("EN061", f"{task_id} {why}, so its checks are left out", line)]
    assert step is not None
    if not _has_value(step):
        return [Problem("EN063", f"{task_id} leaves no single value, so its checks are left out", line)]
    targets, told = {}, []
    for column, target in checks.references.items():
        found = _target(decision, target, entry)
        if found is None or found[0] in _after(decision, task_id):
            why = "no value of a task of this DAG" if found is None else "made after it"
            text_ = f"{task_id}: {column} refers to {target}, which is {why}; that check is left out"
            told.append(Problem("EN062", text_, line))
        else:
            targets[column] = ".".join(found)
    step.checks = checks.model_copy(update={"references": targets})
    return told


def kept_steps(decision: "Decision") -> dict[str, Step]:
    """The steps of a DAG that are something in Dagster, by task id."""
    return {s.task.task_id: s for s in decision.steps if s.task.task_id not in decision.contracted}


def no_asset(decision: "Decision", step: Step | None) -> str:
    """Why a step is no asset of its own text; empty where it is one."""
    if decision.level == "lift":
        return "runs in Airflow with its whole DAG"
    if decision.level != "asset":
        return "is an op"
    if step is None:
        return "is no step of its own"
    return "runs in Airflow" if step.bridged else "is dbt's" if step.dbt else ""


def _has_value(step: Step) -> bool:
    return len(step.body.pushes) + step.body.returns == 1


def _target(decision: "Decision", target: str, entry: "DagPlan") -> tuple[str, str] | None:
    """The task, and its column, that `task.column` or `asset.column` means."""
    name, _, column = target.rpartition(".")
    assets = {task.asset: task_id for task_id, task in entry.tasks.items() if task.asset}
    steps = kept_steps(decision)
    found = name if name in steps else assets.get(name, name)
    step = steps.get(found)
    return None if no_asset(decision, step) or step is None or not _has_value(step) else (found, column)


def _after(decision: "Decision", task_id: str) -> set[str]:
    """All tasks that come after one: they wait for its checks."""
    found: set[str] = set()
    waiting = [task_id]
    while waiting:
        for near in decision.dag.downstream(waiting.pop()):
            if near not in found:
                found.add(near)
                waiting.append(near)
    return found


# ---------------------------------------------------------------------- the text
@dataclass(frozen=True)
class _Body:
    """`given` follows the table; `other` is the task that gives a second table."""

    function: str
    doc: str
    given: tuple[str, ...]
    other: str | None = None


def _rules(checks: "ChecksPlan") -> Iterator[tuple[str, _Body]]:
    """What each function is called, and what it does."""
    if checks.unique:
        doc = f"No two rows have the same {_and(checks.unique)}."
        yield "unique", _Body("unique", doc, (text.listed(map(repr, checks.unique)),))
    if checks.not_null:
        doc = f"Each row has a value in {_and(checks.not_null)}."
        yield "not_null", _Body("not_null", doc, (text.listed(map(repr, checks.not_null)),))
    for kind, words in (("min", "at least"), ("max", "at most")):
        if bounds := getattr(checks, kind):
            doc = f"{_and(f'{name} is {words} {n}' for name, n in bounds.items())}."
            function = words.replace(" ", "_")
            bound = text.mapping({name: repr(n) for name, n in bounds.items()})
            yield function, _Body(function, doc, (bound,))
    if checks.accepted:
        doc = f"{_and(checks.accepted)} {'has' if len(checks.accepted) == 1 else 'have'} no other values than these."
        values = text.mapping({n: text.listed(map(repr, v)) for n, v in checks.accepted.items()})
        yield "accepted", _Body("accepted", doc, (values,))
    for column, target in checks.references.items():
        other, _, theirs = target.rpartition(".")
        doc = f"Each value of {column} is in {theirs}"
        name = f"{naming.identifier(column)}_known"
        yield name, _Body("references", doc, (repr(column), repr(theirs)), other)
    if checks.rows.min is not None or checks.rows.max is not None:
        rows = {"least": checks.rows.min, "most": checks.rows.max}
        said = {name: value for name, value in rows.items() if value is not None}
        given = tuple(f"{name}={value}" for name, value in said.items())
        doc = f"The number of rows is {_and(f'at {name} {value}' for name, value in said.items())}."
        yield "rows", _Body("row_count", doc, given)


def _text(writer: "AssetWriter", made: "DagText", step: Step, name: str, body: _Body) -> str:
    itself = body.other == step.task.task_id
    second = "other" if body.other and not itself else None
    assert step.checks is not None
    decorator = {
        "asset": _asset(writer, made, step),
        "blocking": repr(step.checks.blocking),
        "partitions_def": writer.shared.get("partitions_def"),
        "additional_ins": second and f"{{'other': dg.AssetIn(key={_key(writer, str(body.other))})}}",
    }
    given, doc = list(body.given), body.doc
    if body.other:
        doc += f" of {writer.label(writer.dag.task(body.other))}."
        given.insert(1, second or "table")
    function = writer.names.imported(made, "checks", body.function)
    lines = [
        f"@{text.call('dg.asset_check', text.keyed(decorator))}",
        f"def {name}(table{', other' if second else ''}):",
        f"    {text.docstring(doc)}",
        f"    return {text.call(function, ['table', *given])}",
    ]
    return "\n".join(lines)


def _asset(writer: "AssetWriter", made: "DagText", step: Step) -> str:
    """Its variable, where it has one; several assets of one function have none."""
    alone = not any(step in factory.steps for factory in made.factories)
    task_id = step.task.task_id
    return writer.functions[task_id] if alone else f"dg.AssetKey({_key(writer, task_id)})"


def _key(writer: "AssetWriter", task_id: str) -> str:
    pushes = next(s for s in writer.kept if s.task.task_id == task_id).body.pushes
    key = writer.key(task_id, pushes[0][0]) if pushes else writer.key(task_id)
    return text.listed(repr(part) for part in key)


def _and(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
