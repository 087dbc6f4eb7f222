"""A task's function inside of its step, which calls it: what the function asks of Airflow, the step answers.

For what a step does with the outcome of a function: run it as a command, wait for it, run a coroutine or generator.
"""

import ast
from functools import cached_property
from typing import cast

from migrator.convert.given import Given
from migrator.convert.kinds import CALLED, kind_of
from migrator.convert.pushes import own_generators, own_nodes
from migrator.convert.reader import Reader
from migrator.convert.scope import Setting
from migrator.convert.source import Definition, Source
from migrator.convert.step import Step, Within
from migrator.convert.worn import problems as worn_problems
from migrator.convert.worn import worn
from migrator.ir import Task, constant

AFTER = ("sensor", "bash")  # kinds of steps that do something with what a function gives


def wraps(function: Definition | None, kind: str, source: Source) -> bool:
    """Whether the step has to call the function, and can have it inside."""
    if isinstance(function, ast.AsyncFunctionDef):
        return kind not in CALLED
    return isinstance(function, ast.FunctionDef) and (
        kind in AFTER or (kind not in CALLED and (own_generators(function) or bool(worn(function, source))))
    )


def keeps_to_itself(task: Task, function: Definition | None) -> bool:
    """Whether what a task's function gives is not to be kept, so that the step must not give it either."""
    if kind_of(task) != "plain" or constant(task.args.get("do_xcom_push")) is not False:
        return False
    nodes = own_nodes(function) if isinstance(function, ast.FunctionDef) else ()
    return any(isinstance(n, ast.Return) and not _is_none(n.value) for n in nodes)


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def unusual(function: Definition | None, kind: str, *, airflow3: bool) -> str | None:
    """What stands against running a coroutine or generator as Airflow does."""
    yields = function is not None and not isinstance(function, ast.Lambda) and own_generators(function)
    if isinstance(function, ast.AsyncFunctionDef):
        if yields or kind in CALLED:
            return "a coroutine that yields, or that is no plain task"
        return None if airflow3 else "a coroutine, which Airflow 2 does not run"
    return "a generator that is no plain task" if yields and kind in CALLED else None


def ran(call: str, function: Definition | None, imports: set[str]) -> str:
    """The call of a function, so that a coroutine or generator runs to its end."""
    if isinstance(function, ast.AsyncFunctionDef):
        imports.add("import asyncio")
        return f"asyncio.run({call})"
    if isinstance(function, ast.FunctionDef) and own_generators(function):
        imports.add("from ..runtime.generators import exhausted")
        return f"exhausted({call})"
    return call


def put_within(
    step: Step, setting: Setting, function: Definition, given: Given, call: ast.Call | None
) -> None:
    """Read the function, and make the step that holds it."""
    plain = cast(ast.FunctionDef, function)  # a coroutine's has the same fields
    reader = _Reader(setting, step.task, plain, call)
    reader.taken.add(plain.name)
    reader.bind(given, step.task.args.get("templates_dict"))
    kind = kind_of(step.task)
    if kind == "bash":
        reader.render_commands()
    step.function, step.body = plain, reader.read()
    kept = worn(plain, setting.source)
    apart = kind in AFTER or own_generators(plain) or keeps_to_itself(step.task, plain) or bool(kept)
    if step.body.pushes and apart:
        reader.refuse("DP044", "an XCom is pushed by a function that its step calls", plain)
    passed = _passed(step, plain)
    step.problems.extend(worn_problems(plain, setting, step.task.task_id))
    step.within = Within(
        plain.name, tuple(passed), frozenset(reader.rendered_texts), reader.only_command(), tuple(kept)
    )
    parts = [f"{name}={value}" for name, value in passed.items()]
    if constant(step.task.args.get("do_xcom_push")) is False:
        step.body.returns = False
    gives = "return " if step.body.returns or step.body.pushes or kind in AFTER else ""
    made = ran(f"{plain.name}({', '.join(parts)})", function, step.body.imports)
    step.lines = (f"{gives}{made}",)
    step.look = f"partial({', '.join([plain.name, *parts])})" if parts else plain.name


class _Reader(Reader):
    """Of a function that stays one, so that it may yield."""

    yields = True

    @cached_property
    def rendered_texts(self) -> dict[int, str]:
        """The commands that were templates, by the identity of their nodes."""
        return {}

    def _told(self, node: ast.Yield) -> ast.expr | None:
        return None  # it stays a generator

    def render_commands(self) -> None:
        """A command with a template, as the function returns it."""
        for node in own_nodes(self.function):
            value = node.value if isinstance(node, ast.Return) else None
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and "{" in value.value:
                text = self.rendered(value.value)
                if text is not None and self._edit(value, text):
                    self.rendered_texts[id(value)] = text

    def only_command(self) -> str | None:
        """The one command, where the function does nothing else."""
        body = (
            self.function.body if isinstance(self.function, (ast.FunctionDef, ast.AsyncFunctionDef)) else []
        )
        rest = body[1:] if ast.get_docstring(self.function) else body  # type: ignore[arg-type]  # a function
        if len(rest) != 1 or not isinstance(rest[0], ast.Return) or self.body.lines:
            return None
        return self.rendered_texts.get(id(rest[0].value))


def _passed(step: Step, function: ast.FunctionDef) -> dict[str, str]:
    """What the parameters get, by name; the lines of the step that bound them go."""
    arguments = function.args
    names = [p.arg for p in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]
    inputs = [given.name for given in step.body.inputs]
    found = {name: name for name in [*inputs, *step.body.items.values()] if name in names}
    lines = []
    for line in step.body.lines:
        name, bound, value = line.partition(" = ")
        if bound and name in names and name not in found:
            found[name] = value
        else:
            lines.append(line)
    step.body.lines[:] = lines
    return {name: found[name] for name in names if name in found}
