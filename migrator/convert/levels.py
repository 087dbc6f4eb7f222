"""What the steps of a DAG ask of its level: which of them only ops can hold, and which need no asset of their own."""

from migrator.convert.outlets import outlets
from migrator.convert.problem import Problem
from migrator.convert.step import Step
from migrator.ir import Dag

DEFAULT_RULES = frozenset({"all_success"})


def needs_job(dag: Dag, read: list[Step]) -> list[Problem]:
    """What only ops can do, as notes."""
    notes = []
    for step in read:
        task = step.task
        if step.fan is not None:
            notes.append(Problem("CF060", f"mapped: {step.fan.of}", None, task.task_id))
        if task.setup or task.teardown:
            what = "setup" if task.setup else "teardown"
            notes.append(Problem("CF061", f"a {what}: an op of its own in each run", None, task.task_id))
        elif step.kind != "plain" or step.chooses:
            what = "a bridged branch" if step.chooses else step.kind.replace("_", " ")
            notes.append(Problem("CF046", f"{what}: kept as ops of a job", None, task.task_id))
        elif task.upstream and task.trigger_rule not in DEFAULT_RULES:
            notes.append(
                Problem(
                    "CF047", f"trigger rule {task.trigger_rule}: kept as ops of a job", None, task.task_id
                )
            )
        elif step.body.skips:
            notes.append(
                Problem("CF048", "a task that skips itself: kept as ops of a job", None, task.task_id)
            )
    return notes


def contracted(dag: Dag, read: list[Step]) -> frozenset[str]:
    """Empty tasks that only collect edges, where leaving them out does not multiply the edges."""
    found = set()
    for step in read:
        before, after = len(step.task.upstream), len(dag.downstream(step.task.task_id))
        if step.empty and not step.notes and not outlets(step.task) and before * after <= before + after:
            found.add(step.task.task_id)
    return frozenset(found) if len(found) < len(read) else frozenset()
