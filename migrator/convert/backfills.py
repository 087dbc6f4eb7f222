"""Backfills that make several partitions in one run, where the plan asks for it and the text of a step allows it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.convert.io_managers import CLASSES
from migrator.convert.problem import Problem

if TYPE_CHECKING:
    from migrator.convert.decide import Decision, FileDecision
    from migrator.convert.step import Step
    from migrator.plan import Plan, TaskPlan

SINGLE_RUN = "dg.BackfillPolicy.single_run()"
# What a step may ask its context for: in a run of several partitions, the span of time is that of all of them.
OF_ALL = re.compile(r"\bcontext\.(?:partition_time_window\b|log\b)")
CONTEXT = re.compile(r"\b(?:context|_context)\b")
OWN_KEY = re.compile(r"partition_key\b")


def choose(file: "FileDecision", plan: "Plan") -> None:
    """Note on each step what the plan says of its backfills; what was asked for and cannot be is told."""
    for decision in file.dags:
        entry = plan.dag(decision.dag.dag_id)
        if decision.level == "lift":
            asked = [name for name, task in entry.tasks.items() if task.backfill == "single_run"]
            decision.reasons += [
                Problem("EN074", f"{name} runs in Airflow, a run for each date") for name in asked
            ]
            continue
        for step in decision.steps:
            task = entry.tasks.get(step.task.task_id)
            if task is None:
                continue
            if step.io:
                step.partition_column = task.partition_column
            if task.backfill == "single_run":
                _choose(decision, step, task)


def _choose(decision: "Decision", step: "Step", task: "TaskPlan") -> None:
    task_id, line = step.task.task_id, step.task.origin.line
    if why := next(_against(decision, step, task), None):
        text = f"{task_id} {why}, so a backfill makes a run for each partition"
        decision.notes.append(Problem("EN074", text, line))
        return
    step.single_run = True
    text = (
        f"{task_id}: a backfill computes its partitions together; `{task.partition_column}` tells them apart"
    )
    decision.notes.append(Problem("EN075", text, line))


def _against(decision: "Decision", step: "Step", task: "TaskPlan") -> Iterator[str]:
    """Why each partition needs a run of its own."""
    if decision.level != "asset" or step.bridged or step.dbt:
        yield "is no asset of its own text"
    if not decision.timing.partitions or not decision.timing.interval:
        yield "has no partitions that are intervals"
    if OWN_KEY.search(said := _said(step)):
        yield "reads the key of its one partition"
    if CONTEXT.search(OF_ALL.sub("", said)):
        yield "hands its context on, which knows one partition"
    if step.hooks:
        yield "has callbacks, which are about one run of Airflow"
    if step.io not in CLASSES:
        yield "keeps its value as one pickle: `io` has to name tables"
    if not task.partition_column:
        yield "has no partition_column in the plan, which tells the rows of one partition from those of another"
    steps = {s.task.task_id: s for s in decision.steps}
    for given in step.body.inputs:
        if given.task_id in steps and steps[given.task_id].io not in CLASSES:
            yield f"reads {given.task_id}, whose value is no table"


def _said(step: "Step") -> str:
    """All that is Dagster's in its text."""
    body = step.body
    return "\n".join([*step.lines, *body.lines, *body.ends, *(edit.text for edit in body.edits)])
