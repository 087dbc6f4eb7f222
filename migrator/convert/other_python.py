"""`@task.virtualenv`, `@task.external_python` and their operators → a call that runs the function in that Python."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from migrator.convert.registry import Args, Fragment
from migrator.convert.waiting import flag
from migrator.ir import Literal, Sequence, Value

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

# Arguments of the operator → of the runtime's function.
SHARED = {"env_vars": "env", "inherit_env": "inherit_env"}
OF_VIRTUALENV = {
    "python_version": "python_version",
    "pip_install_options": "pip_install_options",
    "index_urls": "index_urls",
    "venv_cache_path": "cache",
}
WITHOUT_MEANING = ("expect_airflow", "expect_pendulum", "show_return_value_in_logs")  # they change no result


def in_other_python(look: str, kind: str, args: Args, scope: "Scope") -> Fragment | None:
    """The body of a step that runs `look`, a callable, in another Python. None after a problem was noted."""
    virtual = kind.endswith("virtualenv")
    given = _options(SHARED | (OF_VIRTUALENV if virtual else {}), args, scope)
    first = [look]
    if virtual:
        first += _requirements(args, scope)
        if not flag("system_site_packages", args, scope, True):
            given.append("system_site_packages=False")
        else:
            scope.note(
                "OP091", "the environment sees the packages of Dagster's Python, and not those of Airflow's"
            )
    else:
        python = args.take("python")
        if python is None:
            scope.refuse("OP090", "the interpreter is not known")
            return None
        first.insert(0, f"{scope.text_of(python, scope.node_of('python'))}")
    _refuse_the_rest(args, scope)
    if scope.body.problems:
        return None
    function = "in_virtualenv" if virtual else "in_python"
    scope.body.imports.add(f"from ..runtime.other_python import {function}")
    if look.startswith("partial("):
        scope.body.imports.add("from functools import partial")
    return Fragment((f"return {function}({', '.join([*first, *given])})",), returns=True)


def _options(names: Mapping[str, str], args: Args, scope: "Scope") -> list[str]:
    found = []
    for argument, name in names.items():
        value = args.take(argument)
        if value is not None and value != Literal(None):
            found.append(f"{name}={scope.text_of(value, scope.node_of(argument))}")
    return found


def _requirements(args: Args, scope: "Scope") -> list[str]:
    value = args.take("requirements")
    if value is None or value == Literal(None) or value == Literal([]):
        return []
    if isinstance(value, Literal) and isinstance(value.value, str):
        if value.value.endswith(".txt"):
            scope.refuse("OP090", "the requirements are a file that Airflow looks up")
        return [repr([value.value])]
    if not _is_list(value):
        scope.refuse("OP090", "the requirements are not known")
    return [f"{scope.text_of(value, scope.node_of('requirements'))}"]


def _is_list(value: Value) -> bool:
    return isinstance(value, Sequence) or (
        isinstance(value, Literal) and isinstance(value.value, (list, tuple))
    )


def _refuse_the_rest(args: Args, scope: "Scope") -> None:
    """What would change what the function gets, or how its end is read."""
    for name in WITHOUT_MEANING:
        args.take(name)
    pickler, dill = args.take("serializer"), args.take("use_dill")
    if pickler not in (None, Literal(None), Literal("pickle")) or dill not in (None, Literal(False)):
        scope.refuse("OP090", "arguments and results travel by another library than pickle")
    for name in ("string_args", "skip_on_exit_code"):
        if args.take(name) not in (None, Literal(None), Literal([])):
            scope.refuse("OP090", f"`{name}` has no native form")
