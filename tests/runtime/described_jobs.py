"""Makes a job of outcome ops from a description, the same one that `airflow_oracle.py` makes a DAG from."""

from typing import Any

import dagster as dg
from running import in_one_process

from migrator.runtime.outcomes import TEARDOWN, Skip, outcome_op


def following(tasks: list[dict[str, Any]], task_id: str) -> set[str]:
    """All that comes after a task."""
    near = {t["id"] for t in tasks if task_id in t["before"]}
    return near.union(*(following(tasks, n) for n in near))


def scope(tasks: list[dict[str, Any]], task: dict[str, Any]) -> set[str]:
    """The setups above a task whose teardown is below it, without those directly before it."""
    if task.get("teardown_of"):
        return set()
    torn_down = {s: t["id"] for t in tasks for s in t.get("teardown_of", ())}
    below = following(tasks, task["id"])
    above = {t["id"] for t in tasks if task["id"] in following(tasks, t["id"])}
    return {s for s, down in torn_down.items() if s in above and down in below} - set(task["before"])


def op_for(tasks: list[dict[str, Any]], task: dict[str, Any]) -> dg.OpDefinition:
    arguments: dict[str, Any] = {"rule": task["rule"], "setups": scope(tasks, task)}
    if task.get("teardown_of"):
        arguments["rule"] = TEARDOWN
    if task["kind"] == "branch":
        near = [t["id"] for t in tasks if task["id"] in t["before"]]
        arguments["arms"] = {
            t["id"]: tuple(n for n in near if n == t["id"] or n in following(tasks, t["id"])) for t in tasks
        }
    if task["kind"] == "short_circuit":
        arguments["short_circuit"] = task["skips"]
    setup = any(task["id"] in t.get("teardown_of", ()) for t in tasks)

    @outcome_op(**arguments, setup=setup, name=task["id"])
    def work() -> Any:
        if task["kind"] == "fails":
            raise ValueError("on purpose")
        if task["kind"] == "skips":
            raise Skip("on purpose")
        return task.get("returns")

    return work


def job_of(tasks: list[dict[str, Any]]) -> dg.JobDefinition:
    kinds = {t["id"]: t["kind"] for t in tasks}

    @dg.job(executor_def=in_one_process)
    def described() -> None:
        made: dict[str, Any] = {}
        for task in tasks:
            before = [*task["before"], *sorted(scope(tasks, task))]
            arms = [task["id"] if kinds[b] == "branch" else "outcome" for b in before]
            after = [getattr(made[b], arm) for b, arm in zip(before, arms, strict=True)]
            made[task["id"]] = op_for(tasks, task)(**({"after": after} if after else {}))

    return described
