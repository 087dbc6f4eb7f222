"""Arguments that name a file, which Airflow reads in the DAG's folder and renders: its text takes their place."""

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from migrator.convert.data_files import PRIVATE, Folder
from migrator.convert.kinds import kind_of
from migrator.convert.source import Source
from migrator.ir import Dictionary, Literal, Sequence, Task, Template, Value, constant

SCRIPTS = (".sh", ".bash")
OF_BASH = ("bash_command", "env")
STATEMENTS = (".sql", ".json")
OF_SQL = ("sql", "parameters")
SQL_OPERATORS = (".SQLExecuteQueryOperator", ".PostgresOperator")
OF_PYTHON = ("templates_dict", "op_args", "op_kwargs")
LONGEST = 20_000  # characters of a file whose text comes into a module


def reads_beside(path: str, folder: Folder) -> Callable[[str], str | None]:
    """Gives the texts of files in the folder of the DAG file at a path, where Airflow looks first."""
    return lambda name: folder.text(posixpath.normpath(posixpath.join(posixpath.dirname(path), name)))


def with_files(task: Task, source: Source) -> Task:
    """The task with the texts of all its files; as it is where one of them is not known."""
    extensions, names = _asked(task)
    if not extensions:
        return task
    wanted = {name: value for name, value in task.args.items() if name in names}
    rest = {name: value for name, value in task.args.items() if name not in (*names, "templates_exts")}
    args = _of_mapping(wanted, extensions, source)
    positional = _of_items(task.positional, extensions, source)
    keywords = _of_mapping(task.keywords, extensions, source)
    if args is None or positional is None or keywords is None:
        return task
    return replace(
        task, args={**rest, **args.items}, positional=positional.items, keywords=dict(keywords.items)
    )


def _asked(task: Task) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The endings of files that the task has Airflow look for, and the arguments that may name one."""
    if task.operator.endswith(".BashOperator") or kind_of(task) == "bash":
        return SCRIPTS, OF_BASH
    if task.operator.endswith(SQL_OPERATORS):
        return STATEMENTS, OF_SQL
    said = constant(task.args.get("templates_exts")) if kind_of(task) else None
    if isinstance(said, (list, tuple)) and all(isinstance(each, str) and each for each in said):
        return tuple(str(each) for each in said), OF_PYTHON
    return (), ()


def _replaced(value: Value, extensions: tuple[str, ...], source: Source) -> Value | None:
    """The value with the texts of files for their names; None where one is not known."""
    if isinstance(value, Sequence):
        return _of_items(value.items, extensions, source)
    if isinstance(value, Dictionary):
        return _of_mapping(value.items, extensions, source)
    if isinstance(value, Literal) and isinstance(value.value, dict):
        items_of = {str(name): Literal(each) for name, each in value.value.items()}
        found = _of_mapping(items_of, extensions, source)
        return value if found == Dictionary(items_of) else found
    if isinstance(value, Literal) and isinstance(value.value, (list, tuple)):
        named = any(isinstance(each, str) and each.endswith(extensions) for each in value.value)
        return _of_items(tuple(map(Literal, value.value)), extensions, source) if named else value
    if isinstance(value, Template):
        return None if value.source.endswith(extensions) else value
    if isinstance(value, Literal) and isinstance(value.value, str) and value.value.endswith(extensions):
        return _text(value.value, source)
    return value


def _of_items(items: tuple[Value, ...], extensions: tuple[str, ...], source: Source) -> Sequence | None:
    found = [_replaced(item, extensions, source) for item in items]
    return None if None in found else Sequence(tuple(item for item in found if item is not None))


def _of_mapping(items: Mapping[str, Value], extensions: tuple[str, ...], source: Source) -> Dictionary | None:
    found = {name: _replaced(item, extensions, source) for name, item in items.items()}
    if None in found.values():
        return None
    return Dictionary({name: value for name, value in found.items() if value is not None})


def _text(name: str, source: Source) -> Template | None:
    """What a file of the DAG's folder says."""
    secret = any(fnmatchcase(name.rpartition("/")[2].lower(), pattern) for pattern in PRIVATE)
    if secret or name.startswith("/") or ".." in name.split("/"):
        return None
    text = source.beside_it(name)
    return Template(text) if text is not None and len(text) <= LONGEST else None
