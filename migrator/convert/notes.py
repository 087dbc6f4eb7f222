"""What a person should know of a DAG that became native, beside what its arguments say."""

from migrator.convert import naming
from migrator.convert.decide import Decision
from migrator.convert.problem import Problem
from migrator.convert.step import Step
from migrator.convert.text import LIMIT_TAG, limit_of
from migrator.ir import Continuous, Cron, OnDatasets, constant
from migrator.ir.schedule import makes_up_for

RUN_ID = "context.run_id"


def of_decision(decision: Decision, *, airflow3: bool) -> list[Problem]:
    """The notes of a native DAG, in no order."""
    return [
        *decision.notes,
        *_of_time(decision, airflow3),
        *_of_names(decision),
        *_of_bridged(decision),
        *(note for step in decision.steps for note in _of_step(step.task.task_id, step, decision)),
    ]


def _of_time(decision: Decision, airflow3: bool) -> list[Problem]:
    dag, timing, notes = decision.dag, decision.timing, []
    if timing.schedule and makes_up_for(dag.catchup, airflow3=airflow3):
        what = "launch a backfill for the intervals before the first tick"
        missed = "the runs before the first tick are not made up for, as no task reads the date"
        notes.append(Problem("TM045", f"catchup: {what if timing.partitions else missed}"))
    if limit := limit_of(dag):
        tag = f"{LIMIT_TAG}: {naming.job(dag.dag_id)}"
        notes.append(Problem("TM056", f"no more than {limit} at once: limit the runs with the tag {tag}"))
    if timing.partitions and isinstance(dag.schedule, Cron) and dag.schedule.interval is None:
        meaning = "an interval, as in Airflow 2" if timing.interval else "a point in time, as in Airflow 3"
        notes.append(Problem("TM046", f"{dag.schedule.expression!r} was read as {meaning}"))
    return notes


def _of_bridged(decision: Decision) -> list[Problem]:
    """What the tasks that run in Airflow need, once for all of them."""
    bridged = [step for step in decision.steps if step.bridged]
    if not bridged:
        return []
    what = "one task runs" if len(bridged) == 1 else f"{len(bridged)} tasks run"
    found = [Problem("OP060", f"{what} in Airflow: AIRFLOW_PYTHON has to name its interpreter")]
    if isinstance(decision.dag.schedule, (OnDatasets, Continuous)):
        found.append(Problem("OP064", "what runs in Airflow sees when the run was launched as its date"))
    return found


def _of_names(decision: Decision) -> list[Problem]:
    dag, notes = decision.dag, []
    if naming.job(dag.dag_id) != dag.dag_id:
        notes.append(Problem("EN046", f"the job of {dag.dag_id!r} is {naming.job(dag.dag_id)!r}"))
    for owner in sorted(set(dag.owners) - {"airflow"}):
        if naming.owner(owner) != owner:
            notes.append(Problem("EN045", f"owner {owner!r} became {naming.owner(owner)!r}"))
    for tag in dag.tags:
        if naming.tag(tag) != tag:
            notes.append(Problem("EN045", f"tag {tag!r} became {naming.tag(tag)!r}"))
    return notes


def _of_step(task_id: str, step: Step, decision: Decision) -> list[Problem]:
    notes = []
    if task_id in decision.contracted:
        notes.append(Problem("CF049", "an empty task was contracted", None, task_id))
    for pulled in sorted(set(step.body.texts)):
        notes.append(
            Problem("DP048", f"what {pulled} left behind goes into a template, as text", None, task_id)
        )
    if step.function is not None and step.function.returns is not None:
        notes.append(Problem("DP049", "the return annotation was removed", step.function.lineno, task_id))
    if constant(step.task.args.get("retry_exponential_backoff")) is True:
        notes.append(Problem("EN043", "exponential backoff has another curve", None, task_id))
    if any(RUN_ID in text for text in _texts(step)):
        notes.append(Problem("DP077", "`run_id` is Dagster's: another text", None, task_id))
    for variable in sorted(step.body.variables):
        notes.append(Problem("EN040", f"set {variable} in the environment", None, task_id))
    return notes


def _texts(step: Step) -> list[str]:
    """The new code of a step, in pieces."""
    return [*step.body.lines, *step.lines, *(edit.text for edit in step.body.edits)]
