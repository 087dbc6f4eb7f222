"""Shell commands: the arguments of the call that runs one, and what a command must not ask of Airflow."""

import ast
from collections.abc import Container, Sequence
from typing import TYPE_CHECKING

from migrator.convert.registry import Args, Fragment
from migrator.convert.waiting import flag
from migrator.ir import Code, Dictionary, Literal, Template, constant, walk

if TYPE_CHECKING:
    from migrator.convert.scope import Scope


TEMPLATES = ("{{", "{%", "{#")
SCRIPTS = (".sh", ".bash")
OF_AIRFLOW = "AIRFLOW_CTX_"


def options(args: Args, scope: "Scope") -> list[str]:
    """The arguments of `run_bash` beside the command."""
    found = _environment(args, scope)
    old, code = args.take("skip_exit_code"), args.take("skip_on_exit_code")
    given = {
        ("cwd", "cwd"): args.take("cwd"),
        ("skip_on", "skip_on_exit_code"): old if old is not None and old != Literal(None) else code,
        ("encoding", "output_encoding"): args.take("output_encoding"),
        ("value", "output_processor"): args.take("output_processor"),
    }
    for (name, argument), value in given.items():
        if value is not None:
            found.append(f"{name}={scope.text_of(value, scope.node_of(argument))}")
    if constant(scope.task.args.get("do_xcom_push")) is False:
        found = [*(each for each in found if not each.startswith("value=")), "value=None"]
    return found


def _environment(args: Args, scope: "Scope") -> list[str]:
    env, append = args.take("env"), flag("append_env", args, scope)
    if env is None or env == Literal(None):
        return []
    inner = scope.text_of(env, scope.node_of("env"))
    if append:
        scope.body.imports.add("import os")
    return [f"env={_merged(inner) if append and inner else inner}"]


def _merged(mapping: str) -> str:
    if mapping.startswith("{"):
        return "{**os.environ, " + mapping.removeprefix("{")
    return f"{{**os.environ, **{mapping}}}"


def returned(call: str, words: Sequence[str], args: Args, scope: "Scope") -> Fragment | None:
    """The body of a step that runs the command which an expression gives. None after a problem was noted.

    `words`: the texts that the called function has.
    """
    if any(mark in word for word in words for mark in TEMPLATES) or any(w.endswith(SCRIPTS) for w in words):
        scope.refuse("OP042", "the function returns a template, or a script that Airflow looks up")
    if any(OF_AIRFLOW in word for word in words):
        scope.refuse("OP053", "the command reads AIRFLOW_CTX_..., which Airflow sets for it")
    parts = [call, *options(args, scope)]
    if reads_context(scope) or scope.body.problems:
        return None
    scope.body.imports.add("from ..runtime.shell import run_bash")
    if call.startswith("checked("):
        scope.body.imports.add("from ..runtime.shell import checked")
    return Fragment((f"yield from run_bash({', '.join(parts)})",), returns=True, yields=True)


def texts_in(function: ast.AST | None, but: Container[int]) -> list[str]:
    """The constant texts of a function's body, without some of their nodes."""
    body = getattr(function, "body", [])
    nodes = [n for part in (body if isinstance(body, list) else [body]) for n in ast.walk(part)]
    found = [n for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return [str(n.value) for n in found if id(n) not in but or OF_AIRFLOW in str(n.value)]


def reads_context(scope: "Scope") -> bool:
    """Whether the command reads a variable that Airflow sets for it, after noting that as a problem."""
    parts = [
        part
        for name in ("bash_command", "env")
        if name in scope.task.args
        for part in walk(scope.task.args[name])
    ]
    if not any(OF_AIRFLOW in _text(part) for part in parts):
        return False
    scope.refuse("OP053", "the command reads AIRFLOW_CTX_..., which Airflow sets for it")
    return True


def _text(part: object) -> str:
    if isinstance(part, (Code, Template)):
        return part.source
    return str(part.value) if isinstance(part, Literal) and not isinstance(part, Dictionary) else ""
