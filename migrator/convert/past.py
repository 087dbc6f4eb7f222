"""`depends_on_past`: a step that first waits until it has ended well in the run before its own."""

from typing import TYPE_CHECKING

from migrator.convert import other_dag
from migrator.convert.context import moment
from migrator.convert.problem import Problem
from migrator.ir import Literal, Task, constant

if TYPE_CHECKING:
    from migrator.convert.scope import Setting
    from migrator.convert.step import Step

ARGUMENTS = ("depends_on_past", "wait_for_downstream")
IMPORT = "from ..runtime.sensors import wait_until"


def depends(task: Task) -> bool:
    """Whether it does. What is no constant is a problem of its own."""
    return any(constant(task.args.get(name)) is True for name in ARGUMENTS)


def unknown(task: Task) -> list[Problem]:
    """An argument that is not a constant."""
    given = [name for name in ARGUMENTS if name in task.args and not isinstance(task.args[name], Literal)]
    return [Problem("TM044", f"`{name}` is not a constant", None, task.task_id) for name in given]


def wait(step: "Step", setting: "Setting") -> None:
    """Adds the line to a step that has a body of its own, and what it needs."""
    task, body = step.task, step.body
    body.problems.extend(unknown(task))
    if not depends(task) or body.problems:
        return
    downstream = constant(task.args.get("wait_for_downstream")) is True
    after = sorted(setting.dag.downstream(task.task_id)) if downstream else []
    own = other_dag.call(setting.dag.dag_id, task_ids=[task.task_id, *after])
    date = body.use(moment("logical_date", setting.timing))
    body.lines.insert(0, f"wait_until({own}.ended_before({date}), timeout=None)")
    body.context = body.dated = True
    body.imports |= {IMPORT, other_dag.IMPORT}
    step.empty, step.lines = False, () if step.lines == ("pass",) else step.lines
    step.notes = (*step.notes, Problem("TM060", "waits for itself in the run before", None, task.task_id))
