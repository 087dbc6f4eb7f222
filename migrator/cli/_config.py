"""`[tool.migrate.<command>]` in pyproject.toml: a project's own defaults for the options of a command.

As with ruff, the nearest pyproject.toml upward of the working folder that has such a table counts, alone. Paths in it
are relative to its folder. What the command line says wins.
"""

import importlib
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from migrator.errors import UsageError
from migrator.record import dataclass

NAME = "pyproject.toml"
LARGEST = 4_000_000  # bytes
HEADER = re.compile(r"\s*\[\[?\s*([^\[\]#]+?)\s*\]\]?\s*(#.*)?$")
ASSIGNED = re.compile(r"\s*([\w\-.\s\"']+?)\s*=")
NO_DEFAULT = ("help",)


@dataclass(frozen=True)
class Config:
    """The tables of one file. `folder` is what its paths are relative to."""

    file: Path
    text: str
    tables: Mapping[str, Any]

    def wrong(self, keys: Sequence[str], message: str) -> str:
        """A mistake with its place."""
        return f"{self.file}:{_line(self.text, ('tool', 'migrate', *keys))}: {'.'.join(keys)}: {message}"


def defaults(
    name: str, command: click.Command, commands: Sequence[str], start: Path | None = None
) -> dict[str, Any]:
    """The defaults of one command, by parameter. Raises UsageError with every mistake and its line."""
    config = find(start)
    if config is None:
        return {}
    unknown = [
        config.wrong([key], f"there is no such command{_nearest(key, commands)}")
        for key in config.tables
        if key not in commands
    ]
    table = config.tables.get(name, {})
    if not isinstance(table, Mapping):
        unknown.append(config.wrong([name], "a table is needed: the options of this command"))
    if unknown:
        raise UsageError("\n".join(unknown))
    return _values(config, name, command, table)


def find(start: Path | None = None) -> Config | None:
    """The nearest file that has `[tool.migrate]`, upward of the working folder or of another one.

    Raises UsageError where it cannot be read as TOML.
    """
    try:
        here = start or Path.cwd()
    except OSError:  # the folder was removed
        return None
    for folder in (here, *here.parents):
        if config := _read(folder / NAME):
            return config
    return None


def _read(file: Path) -> Config | None:
    try:
        if not file.is_file() or file.stat().st_size > LARGEST:
            return None
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None  # of another tool, as far as anyone can tell
    if "migrate" not in text or "tool" not in text:
        return None
    tomllib = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        tables = tomllib.loads(text).get("tool", {})
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        if not re.search(r"^\s*\[\s*tool\s*\.\s*migrate\b", text, re.MULTILINE):
            return None
        place = re.search(r"line (\d+)", str(error))
        raise UsageError(f"{file}:{place[1] if place else 1}: no TOML: {error}") from error
    found = tables.get("migrate") if isinstance(tables, dict) else None
    if found is not None and not isinstance(found, dict):
        raise UsageError(f"{file}: tool.migrate: a table is needed")
    return Config(file, text, found) if found is not None else None


def _values(config: Config, name: str, command: click.Command, table: Mapping[str, Any]) -> dict[str, Any]:
    options = dict(_options(command))
    made: dict[str, Any] = {}
    mistakes = []
    for key, value in table.items():
        option = options.get(key)
        if option is None or option.name is None:
            hint = _nearest(key, list(options)) or f"; there are {', '.join(sorted(options))}"
            mistakes.append(config.wrong([name, key], f"there is no such option{hint}"))
            continue
        try:
            made[option.name] = _value(config, option, value)
        except (click.BadParameter, UsageError) as error:
            told = error.message if isinstance(error, click.BadParameter) else str(error)
            mistakes.append(config.wrong([name, key], told))
    if mistakes:
        raise UsageError("\n".join(mistakes))
    return made


def _options(command: click.Command) -> Iterator[tuple[str, click.Option]]:
    """The options by their name in the file: `--fail-on` is `fail-on`."""
    for param in command.params:
        if isinstance(param, click.Option) and param.name not in NO_DEFAULT:
            yield max(param.opts, key=len).lstrip("-"), param


def _value(config: Config, option: click.Option, value: Any) -> Any:
    """What click takes for a TOML value. Raises UsageError, BadParameter."""
    if option.is_flag:
        if not isinstance(value, bool):
            raise UsageError("true or false is needed")
        return value
    if isinstance(value, list) and not option.multiple and option.type is click.STRING:
        value = ",".join(_single(config, option, each) for each in value)
    if option.multiple:
        return [_checked(config, option, each) for each in (value if isinstance(value, list) else [value])]
    return _checked(config, option, value)


def _checked(config: Config, option: click.Option, value: Any) -> Any:
    single = _single(config, option, value)
    option.type.convert(single, option, None)
    return single


def _single(config: Config, option: click.Option, value: Any) -> Any:
    number = isinstance(option.type, click.types.IntParamType | click.types.FloatParamType)
    if number:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UsageError("a number is needed")
        return value
    if not isinstance(value, str):
        raise UsageError("a text is needed")
    is_path = isinstance(option.type, click.Path) or (option.metavar == "PY" and "/" in value)
    return _path(config, value) if is_path else value


def _path(config: Config, value: str) -> str:
    """Relative to the working folder, as if it had been typed."""
    path = os.path.expanduser(value)
    return path if os.path.isabs(path) else os.path.relpath(config.file.parent / path)


def _nearest(word: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # who makes no mistake does not wait for it

    found = get_close_matches(word.replace("_", "-"), known, n=1, cutoff=0.5)
    return f"; did you mean {found[0]}?" if found else ""


def _line(text: str, keys: tuple[str, ...]) -> int:
    """Where a key is assigned, or the table that it is in; TOML's own reader keeps no places."""
    table: tuple[str, ...] = ()
    best, found = 0, 1
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            table = _parts(header[1])
            place = table
        elif assigned := ASSIGNED.match(line):
            place = (*table, *_parts(assigned[1]))
        else:
            continue
        if keys[: len(place)] == place and len(place) > best:
            best, found = len(place), number
    return found


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
