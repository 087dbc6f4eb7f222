"""`post_execute=tell`: what is called once an operator has done its work moves along, where it asks for little."""

import ast

from migrator.convert.asked import asked
from migrator.convert.scope import Setting
from migrator.ir import Function, Task

ARGUMENT = "post_execute"
GIVEN = frozenset({"outlet_events", "run_id"})  # what it may ask the context for
IMPORT = "from ..runtime.after_execute import calls_after"


def callback(task: Task, setting: Setting) -> str | None:
    """The name of the function, if it is one of the file that asks for no more than there is."""
    value = task.args.get(ARGUMENT)
    if not isinstance(value, Function) or value.qualified or value.file not in (None, task.origin.file):
        return None
    function = setting.source.functions.get(value.line or 0)
    if not isinstance(function, ast.FunctionDef) or setting.ground.moves(function) or task.mapped:
        return None
    names = [p.arg for p in function.args.args]
    if len(names) != 2 or function.decorator_list:
        return None
    what = asked(function, names[0], setting.source)
    return value.name if what.why is None and what.parts.keys() <= GIVEN else None
