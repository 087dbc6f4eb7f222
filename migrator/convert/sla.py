"""`sla` → the freshness policy of an asset: it has to be made so long after each tick of the schedule.

Airflow 2 asks, a tick and the SLA later, whether the task of the run that began at the tick has succeeded
(`DagFileProcessor.manage_slas`). Airflow 3 has no SLAs.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from migrator.convert.problem import Problem
from migrator.ir import Cron, constant

if TYPE_CHECKING:
    from migrator.convert.decide import Decision
    from migrator.convert.step import Step

HOUR, DAY = 60, 24 * 60  # minutes


def carry_over(decision: "Decision", *, airflow3: bool) -> None:
    """Gives each asset with an SLA its policy, and tells what became of all SLAs of a native DAG."""
    notes = [
        note
        for step in decision.steps
        if not step.bridged and step.task.task_id not in decision.contracted
        for note in _of_step(decision, step, airflow3)
    ]
    decision.notes += dict.fromkeys(notes)  # those of default_args are the same for all tasks


def deadline(cron: str, minutes: int) -> str | None:
    """The cron expression of the times so long after those of another; None where one expression cannot say it."""
    minute, hour, *days, weekday = cron.split()
    if not minute.isdigit() or days != ["*", "*"]:
        return None
    if hour == weekday == "*":
        return f"{(int(minute) + minutes) % HOUR} * * * *" if minutes <= HOUR else None
    if not hour.isdigit():
        return None
    late, time = divmod(int(hour) * HOUR + int(minute) + minutes, DAY)
    if weekday == "*":
        return f"{time % HOUR} {time // HOUR} * * *" if minutes <= DAY else None
    if not weekday.isdigit() or minutes > 7 * DAY:
        return None
    return f"{time % HOUR} {time // HOUR} * * {(int(weekday) + late) % 7}"


def _of_step(decision: "Decision", step: "Step", airflow3: bool) -> Iterator[Problem]:
    task = step.task
    if constant(task.args.get("sla"), ...) is None or "sla" not in task.args:
        return
    about = task.task_id if "sla" in task.own else None
    sla = constant(task.args["sla"])
    if why := _against(decision, step, sla, airflow3):
        yield Problem("EN042", f"`sla` is not carried over: {why}", None, about)
        return
    from migrator.plan import FreshnessPlan

    cron = decision.dag.schedule
    assert isinstance(cron, Cron) and isinstance(sla, timedelta)
    minutes = int(sla.total_seconds() // 60)
    step.freshness = FreshnessPlan(
        deadline=deadline(cron.cron, minutes), window=_span(minutes), timezone=cron.timezone
    )
    step.body.imports.add("from datetime import timedelta")
    text = f"`sla` is a freshness policy with the deadline {step.freshness.deadline!r}"
    yield Problem("EN066", text, None, about)


def _against(decision: "Decision", step: "Step", sla: object, airflow3: bool) -> str | None:
    cron = decision.dag.schedule
    if airflow3:
        return "Airflow 3 has none"
    if decision.level != "asset":
        return "an op has no freshness"
    if step.dbt:
        return "models of dbt have theirs in the dbt project"
    if not isinstance(sla, timedelta) or sla < timedelta(minutes=1):
        return "it is no length of time that is known, of a minute or more"
    if not isinstance(cron, Cron) or deadline(cron.cron, int(sla.total_seconds() // 60)) is None:
        return "no single cron expression says when it ends"
    return None


def _span(minutes: int) -> str:
    """As a plan has it."""
    for unit, length in (("d", DAY), ("h", HOUR)):
        if minutes % length == 0:
            return f"{minutes // length}{unit}"
    return f"{minutes}m"
