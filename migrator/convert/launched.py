"""A step that reads what its run was launched with: what it needs, and why it may not be native."""

from migrator.convert.problem import Problem
from migrator.convert.source import Definition, names_bound
from migrator.convert.step import Step


def launched(step: Step, function: Definition | None) -> None:
    """What a step needs that reads what its run was launched with."""
    launch, task_id = step.body.launch, step.task.task_id
    if not launch.read:
        return
    step.body.imports |= launch.imports
    if launch.declared or launch.problems:
        step.problems.extend(Problem("DP057", why, None, task_id) for why in launch.problems.values())
    inputs = {given.name for given in step.body.inputs}
    if "config" in inputs or (step.function is not None and "config" in names_bound(step.function)):
        step.problems.append(
            Problem("DP058", "`config` is a name of its own, and Dagster's is needed", None, task_id)
        )
    if unsaid := [one.name for one in launch.own.values() if one.default is None]:
        text = f"a run must be launched with {', '.join(unsaid)}: without, Airflow's task fails"
        step.body.notes.append(Problem("DP059", text, None, task_id))
    step.body.notes.append(Problem("DP055", "what its run is launched with is its config", None, task_id))
