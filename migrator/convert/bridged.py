"""A task that stays in Airflow inside a native DAG: which ones do, and what they need of the tasks before them.

The step is native, with its place in the graph, its retries and its pool; its body is one call that has Airflow
run the task's own operator.
"""

import ast
from collections.abc import Mapping, Sequence
from typing import Protocol

from migrator.convert import arguments, past
from migrator.convert.body import Body, Input
from migrator.convert.naming import variable
from migrator.convert.problem import Problem
from migrator.convert.pulls import RETURNED, pulls
from migrator.convert.registry import Args
from migrator.convert.source import Source
from migrator.convert.step import Step
from migrator.ir import Dag, Task, constant
from migrator.ir.graph import ancestors
from migrator.ir.outcomes import in_order
from migrator.record import dataclass

EVERYTHING = "all_xcoms"  # in place of a key: all that a bridged task pushed
IMPORT = "from .._airflow import AIRFLOW, AirflowRun, Upstream, airflow_tasks, with_keys"
# Problems that are not of one task alone, or that running it in Airflow would hide: Airflow's database has no
# other run, and no other DAG.
OF_THE_DAG = frozenset({"OP043", "TM044", "TM059", "CF086", "CF087", "SC040", "SC048"})
OTHER_DAGS = ("TriggerDagRun", "ExternalTask", "ExternalDag")
CHOOSERS = ("Branch", "ShortCircuit", "LatestOnly", "SkipMixin")
# Arguments that are of no use to a task that runs by itself.
NOT_KEPT = (
    *("queue", "executor", "executor_config", "run_as_user", "resources", "priority_weight", "weight_rule"),
    *(
        "pool_slots",
        "max_active_tis_per_dag",
        "max_active_tis_per_dagrun",
        "sla",
        "inlets",
        "max_retry_delay",
    ),
)


class Wish(Protocol):
    """What the plan says of one task."""

    @property
    def bridge(self) -> bool | None:
        """Run it in Airflow, or never do; None where it says nothing."""

    @property
    def mapping(self) -> str | None:
        """per_item or loop, for a mapped one; None where it says nothing."""


@dataclass(frozen=True)
class Reasons:
    """Why a task is bridged. `stays`: why it cannot be, so that its DAG is lifted."""

    told: tuple[Problem, ...] = ()
    stays: tuple[Problem, ...] = ()

    @property
    def bridged(self) -> bool:
        """Whether it is."""
        return bool(self.told) and not self.stays


def reasons(task: Task, problems: Sequence[Problem], wish: Wish | None, source: Source) -> Reasons:
    """Of a task whose native form has these problems, or of which the plan says something."""
    wanted = wish.bridge if wish else None
    if wanted:
        return Reasons((*problems, Problem("OP061", "the plan has it run in Airflow", None, task.task_id)))
    if not problems:
        return Reasons()
    if wanted is False:
        text = "the plan does not let it run in Airflow inside a native DAG"
        return Reasons(stays=(*problems, Problem("OP061", text, None, task.task_id)))
    if past.depends(task):
        text = "`depends_on_past`, and Airflow knows no run before this one"
        return Reasons(stays=(*problems, Problem("TM044", text, None, task.task_id)))
    if any(p.code in OF_THE_DAG for p in problems) or _is_like(task, source, OTHER_DAGS):
        return Reasons(stays=tuple(problems))
    return Reasons(tuple(problems))


def bridged(
    dag: Dag, steps: Sequence[Step], why: Mapping[str, Sequence[Problem]], source: Source
) -> list[Step]:
    """The steps of a DAG, with those in `why` as bridged ones, whose XComs have an output for each key that is read."""
    found = {
        s.task.task_id: _step(dag.task(s.task.task_id), why[s.task.task_id], source)
        if s.task.task_id in why
        else s
        for s in steps
    }
    order = [task.task_id for task in in_order(dag)]
    for task_id in why:
        _feed(found[task_id], dag, found, order, source)
    for step in found.values():
        for given in step.body.inputs:
            pushed = found[given.task_id]
            if pushed.bridged and given.key not in (RETURNED, *(key for key, _ in pushed.body.pushes)):
                pushed.body.pushes.append((given.key, _output(given.key, pushed)))
    return [found[s.task.task_id] for s in steps]


def _output(key: str, step: Step) -> str:
    name, taken = variable(key), {"result", "outcome", *(name for _, name in step.body.pushes)}
    while name in taken:
        name = f"{name}_"
    return name


def _step(task: Task, why: Sequence[Problem], source: Source) -> Step:
    notes = [Problem(p.code, f"{p.message}; it runs in Airflow", p.line, task.task_id) for p in why]
    kept = {name: value for name, value in task.args.items() if name in NOT_KEPT}
    lost = arguments.of_task(task, Args(kept)).notes
    body = Body(context=True, returns=True, imports={IMPORT})
    if task.mapped:
        lost = (*lost, Problem("OP066", "its instances run in Airflow as one step", None, task.task_id))
    return Step(task, "plain", body, bridged=True, chooses=chooses(task, source), notes=(*notes, *lost))


def chooses(task: Task, source: Source) -> bool:
    """Whether it may skip tasks after it, as far as its class tells."""
    return _is_like(task, source, CHOOSERS)


def _is_like(task: Task, source: Source, words: Sequence[str]) -> bool:
    """Whether its class, or one that this is made from, has such a name."""
    classes = {node.name: node for node in source.tree.body if isinstance(node, ast.ClassDef)}
    waiting, seen = [task.operator_class], set[str]()
    while waiting:
        name = waiting.pop()
        if any(word in name for word in words):
            return True
        if name in classes and name not in seen:
            seen.add(name)
            waiting += [(source.qualified(base) or "").rsplit(".", 1)[-1] for base in classes[name].bases]
    return False


# ---------------------------------------------------------------------- what it reads


def _feed(step: Step, dag: Dag, steps: Mapping[str, Step], order: Sequence[str], source: Source) -> None:
    """Make inputs of what the task may read of those before it, in the order in which they run."""
    task = step.task
    wanted = pulls(task, dag, source)
    above = ancestors(dag, task.task_id)
    for task_id in (i for i in order if i in above):
        keys = {key for name, key in wanted.named if name == task_id}
        for key in _left_behind(steps[task_id], keys, everything=bool(wanted.why)):
            name = variable(f"{task_id}_{key}" if key != RETURNED else task_id)
            step.body.inputs.append(Input(_free(name, step), task_id, key))
    for word in sorted(wanted.elsewhere):
        text = f"`{word}`: Airflow's database has no other run here, and what is written to it is lost"
        step.notes = (*step.notes, Problem("OP065", text, None, task.task_id))
    if wanted.why and step.body.inputs:
        text = f"{wanted.why}: it is given what all tasks before it left behind"
        step.notes = (*step.notes, Problem("OP062", text, None, task.task_id))


def _left_behind(step: Step, wanted: set[str], *, everything: bool) -> list[str]:
    """The keys to take from a task, of those that are wanted."""
    if step.bridged:
        return [EVERYTHING] if everything else sorted(wanted, key=lambda key: (key != RETURNED, key))
    pushed = [key for key, _ in step.body.pushes if everything or key in wanted]
    item = step.multiple_outputs and wanted - {key for key, _ in step.body.pushes}
    kept = step.body.returns and constant(step.task.args.get("do_xcom_push")) is not False
    returned = kept and (everything or RETURNED in wanted or item)
    return [*([RETURNED] if returned else []), *pushed]


def _free(name: str, step: Step) -> str:
    taken = {"airflow", *(i.name for i in step.body.inputs)}
    while name in taken:
        name = f"{name}_"
    return name


# ---------------------------------------------------------------------- how it is written


def call(step: Step, dag_name: str, method: str, steps: Mapping[str, Step]) -> str:
    """`sales_in_airflow.run(context, airflow, "report", {"orders": orders}, keys=["count"])`."""
    given: dict[str, dict[str, str]] = {}
    for one in step.body.inputs:
        given.setdefault(one.task_id, {})[one.key] = one.name
    inputs = [f"{task_id!r}: {_given(steps[task_id], values)}" for task_id, values in given.items()]
    keys = [repr(key) for key, _ in step.body.pushes]
    parts = ["context", "airflow", repr(step.task.task_id)]
    parts += [f"{{{', '.join(inputs)}}}"] if inputs else []
    parts += [f"keys=[{', '.join(keys)}]"] if keys else []
    if method == "run" and step.task.trigger_rule != "all_success" and step.task.upstream:
        parts.append("before=before")
    return f"{dag_name}.{method}({', '.join(parts)})"


def _given(step: Step, values: Mapping[str, str]) -> str:
    """What one task left behind, as the call is given it."""
    if EVERYTHING in values:
        return f"Upstream(xcoms={values[EVERYTHING]})"
    if set(values) != {RETURNED}:
        return "Upstream(xcoms={" + ", ".join(f"{key!r}: {name}" for key, name in values.items()) + "})"
    name = values[RETURNED]
    return f"with_keys({name})" if step.multiple_outputs else name
