"""How old assets may become, as the plan says: freshness policies."""

from typing import TYPE_CHECKING

from migrator.convert import text
from migrator.convert.asset_checks import kept_steps, no_asset
from migrator.convert.problem import Problem

if TYPE_CHECKING:
    from migrator.convert.decide import FileDecision
    from migrator.convert.step import Step
    from migrator.plan import Plan

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def choose(file: "FileDecision", plan: "Plan") -> None:
    """Note on each step what the plan says; what was asked for and cannot be is told."""
    for decision in file.dags:
        known = {task.task_id: task for task in decision.dag.tasks}
        steps = kept_steps(decision)
        for task_id, entry in plan.dag(decision.dag.dag_id).tasks.items():
            if entry.freshness is None or task_id not in known:
                continue
            step = steps.get(task_id)
            if why := no_asset(decision, step):
                text_ = f"{task_id} {why}, so nobody watches how old it is"
                told = decision.reasons if decision.level == "lift" else decision.notes
                told.append(Problem("EN065", text_, known[task_id].origin.line))
            elif step is not None:
                step.freshness = entry.freshness
                step.body.imports.add("from datetime import timedelta")


def policy(step: "Step") -> str | None:
    """The `freshness_policy` of an asset; None for one that may be as old as it likes."""
    asked = step.freshness
    if asked is None:
        return None
    if asked.deadline:
        given = {
            "deadline_cron": repr(asked.deadline),
            "lower_bound_delta": _span(asked.window),
            "timezone": repr(asked.timezone) if asked.timezone != "UTC" else None,
        }
        return text.call("dg.FreshnessPolicy.cron", text.keyed(given))
    given = {"fail_window": _span(asked.fail_after), "warn_window": _span(asked.warn_after)}
    return text.call("dg.FreshnessPolicy.time_window", text.keyed(given))


def _span(span: str | None) -> str | None:
    """`timedelta(hours=36)` for `36h`."""
    return f"timedelta({UNITS[span[-1]]}={span[:-1]})" if span else None
