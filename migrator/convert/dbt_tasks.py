"""BashOperators that run dbt: models, seeds and snapshots as assets, where the plan says so and nothing is lost."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from migrator.convert.dbt_command import DbtCommand, is_dbt, parse
from migrator.convert.levels import needs_job
from migrator.convert.problem import Problem
from migrator.convert.shell_words import NotPlain
from migrator.ir import Code, Dag, Literal, Task, Template, constant
from migrator.record import dataclass

if TYPE_CHECKING:
    from migrator.convert.scope import Scope, Setting
    from migrator.convert.step import Step

BASH = "BashOperator"
READ_OTHERWISE: tuple[str, ...] = (
    "env",
    "skip_on_exit_code",
    "skip_exit_code",
    "output_encoding",
    "output_processor",
)
READ_OTHERWISE += ("outlets", "inlets", "on_failure_callback", "on_success_callback", "on_retry_callback")
WHY = {
    "outlets": "it updates datasets",
    "env": "it has an environment of its own",
}


@dataclass(frozen=True)
class Told:
    """What became of a task that runs dbt: the command, or why it stays one of the shell."""

    command: DbtCommand | None = None
    code: str = ""
    message: str = ""


def of_task(task: Task, scope: "Scope", setting: "Setting") -> Told | None:
    """None for a task that does not run dbt."""
    if not task.operator.endswith(f".{BASH}") or not is_dbt(_text(task)):
        return None
    if setting.dbt is None:
        return Told(code="OP100", message="runs dbt: with `dbt: assets` in the plan its models are assets")
    why = setting.dbt.get(task.task_id) or _otherwise(task)
    if why:
        return Told(code="OP101", message=f"dbt stays a shell command: {why}")
    return _parsed(task, scope)


def _parsed(task: Task, scope: "Scope") -> Told:
    folder = task.args.get("cwd")
    command = task.args["bash_command"]
    source = scope.text_of(command, scope.node_of("bash_command") if isinstance(command, Code) else None)
    at = None if folder in (None, Literal(None)) else scope.text_of(folder, scope.node_of("cwd"))
    try:
        if source is None or scope.body.problems:
            raise NotPlain("its text is not known")
        found = parse(source, at)
        if any("context" in text for _, text in found.project):
            raise NotPlain("the project is known when it runs only, and assets when the project loads")
    except (NotPlain, SyntaxError) as error:
        return Told(code="OP101", message=f"dbt stays a shell command: {error}")
    dropped = f"; without {', '.join(found.dropped)}" if found.dropped else ""
    what = "its tests are checks" if found.verb == "test" else "its models are assets"
    return Told(found, "OP102", f"{what}; the last line that dbt prints is no value any more{dropped}")


def _text(task: Task) -> str:
    command = task.args.get("bash_command")
    if isinstance(command, (Code, Template)):
        return command.source
    return str(constant(command, "")) if command is not None else ""


def _otherwise(task: Task) -> str:
    if task.expand:
        return "it is mapped"
    for name in READ_OTHERWISE:
        value = task.args.get(name)
        if value is not None and value != Literal(None) and value != Literal([]):
            return WHY.get(name, f"it has `{name}`")
    return ""


def refused(dag: Dag, steps: Sequence["Step"]) -> Mapping[str, str]:
    """Why some of the commands stay what they were, now that all tasks have been read."""
    found: dict[str, str] = {}
    read = {given.task_id for step in steps for given in step.body.inputs}
    read |= {task_id for step in steps for task_id in step.body.texts}
    kept: list[Step] = []
    for step in steps:
        if step.dbt is None:
            continue
        task_id = step.task.task_id
        other = next((s for s in kept if _overlap(s.dbt, step.dbt)), None)
        if task_id in read:
            found[task_id] = "another task reads the last line that it prints"
        elif other is not None:
            found[task_id] = f"{other.task.task_id} makes the same models, and an asset has one maker"
        else:
            kept.append(step)
    return found


def _overlap(one: DbtCommand | None, other: DbtCommand | None) -> bool:
    """Whether two commands may write the same: whether selections differ is Dagster's to find out."""
    if one is None or other is None or not set(one.kinds) & set(other.kinds):
        return False
    return not (one.select and other.select and one.select != other.select)


def settled(
    read_all: Callable[[Mapping[str, str] | None], list["Step"]], dag: Dag, *, wanted: bool, ops: bool
) -> list["Step"]:
    """All steps of a DAG; `read_all` reads them, knowing which commands stay what they were. `ops`: the plan's wish."""
    if not wanted:
        return read_all(None)
    steps = read_all({})
    if ops or needs_job(dag, steps):
        stay = {s.task.task_id: "the DAG is a job of ops, and only assets can hold models" for s in steps}
    else:
        stay = dict(refused(dag, steps))
    return read_all(stay) if stay else steps


def put_in(step: "Step", scope: "Scope", setting: "Setting") -> None:
    """Make a step of the command's own out of one of the shell; `scope` is a fresh one."""
    found = None if step.problems else of_task(step.task, scope, setting)
    if found is None:
        return
    if found.command is not None:
        step.dbt, step.yields, step.body.returns = found.command, False, False
        step.body.context = True
        step.body.imports.discard("from ..runtime.shell import run_bash")
        step.body.imports |= {"import os"} if "os.environ" in repr(found.command) else set()
    step.body.notes.append(Problem(found.code, found.message, None, step.task.task_id))
