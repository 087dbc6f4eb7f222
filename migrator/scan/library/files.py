"""Files beside the DAG file: their paths, and what JSON, YAML, TOML, INI and CSV in them say."""

import configparser
import csv
import io
import json
import posixpath
from collections.abc import Callable

from migrator.record import dataclass
from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.builtin import unknown
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.paths import (
    METHODS,
    FilePath,
    OpenFile,
    PlainPath,
    as_path,
    below,
    joined,
    listed,
    literal,
    read,
)
from migrator.scan.evaluator.values import Call, Native, Opaque, Site, Thing, Unsorted
from migrator.scan.registry import means

Parse = Callable[[str], object]
MACHINE = "a path of the machine that runs Airflow"
YAML_TEXT = 300_000  # characters; they take seconds
YAML_FRAMES = (
    1_000  # calls of the reader in each other: its time grows with the square of how deep a text nests
)


def _text(value: object) -> object:
    """The text of what a reader was given: a text, bytes, or an open file."""
    value = value.content if isinstance(value, OpenFile) else value
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def _parsed(run: Interpreter, call: Call, value: object, parse: Parse, kind: str) -> object:
    text = _text(value)
    if not isinstance(text, str):
        why = text.why if isinstance(text, Opaque) else "a text that is not known"
        return run.opaque(why, call.site)
    run.spend(len(text) // 500)
    try:
        return bounds.small(parse(text))
    except (ValueError, RecursionError, configparser.Error) as error:
        return run.fail(type(error).__name__, f"a text that is not {kind}", call.site)


@means("json.loads", "json.load", "simplejson.loads", "simplejson.load", "orjson.loads", "ujson.loads")
def load_json(run: Interpreter, call: Call) -> object:
    return _parsed(run, call, call.args[0] if call.args else None, json.loads, "JSON")


@means("tomllib.loads", "tomllib.load", "tomli.loads", "tomli.load", "toml.loads", "toml.load")
def load_toml(run: Interpreter, call: Call) -> object:
    try:
        import tomllib
    except ImportError:  # Python 3.10
        return unknown(run, call)
    given = call.args[0] if call.args else None
    path = as_path(given)
    return _parsed(run, call, read(run, path, call.site) if path else given, tomllib.loads, "TOML")


def _yaml(text: str) -> object:
    documents = _documents(text)
    if len(documents) > 1:
        raise ValueError("several documents")
    return documents[0] if documents else None


def _yamls(text: str) -> object:
    return _documents(text)


def _documents(text: str) -> list[object]:
    import yaml  # the library that DAG files use: in another one `no` may be a text and `010` ten

    if len(text) > YAML_TEXT:
        raise ValueError("a text that takes too long to be read")
    try:
        with bounds.shallow(YAML_FRAMES):
            return list(yaml.load_all(text, Loader=yaml.SafeLoader))
    except (yaml.YAMLError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(str(error)) from error  # its library raises plain ones for some texts


@means("yaml.safe_load", "yaml.load", "yaml.full_load", "yaml.unsafe_load")
def load_yaml(run: Interpreter, call: Call) -> object:
    return _parsed(run, call, call.first("stream"), _yaml, "YAML")


@means("yaml.safe_load_all", "yaml.load_all", "yaml.full_load_all")
def load_yamls(run: Interpreter, call: Call) -> object:
    return _parsed(run, call, call.first("stream"), _yamls, "YAML")


@means("io.StringIO", "io.BytesIO")
def string_io(run: Interpreter, call: Call) -> object:
    return OpenFile(call.first("initial_value", 0, ""))


def _rows(run: Interpreter, call: Call, make: Callable[..., object]) -> object:
    lines = run.items(call.args[0]) if call.args else None
    if lines is None or not bounds.known(lines) or not bounds.known(call.kwargs):
        return unknown(run, call)
    run.spend(len(lines))
    try:
        found = make([str(line) for line in lines], *call.args[1:], **call.kwargs)
        return list(found)  # type: ignore[call-overload]  # a reader of `csv`
    except (csv.Error, TypeError, ValueError):
        return unknown(run, call)


@means("csv.reader")
def csv_reader(run: Interpreter, call: Call) -> object:
    return _rows(run, call, csv.reader)


@means("csv.DictReader")
def csv_dicts(run: Interpreter, call: Call) -> object:
    return _rows(run, call, csv.DictReader)


@dataclass(eq=False)
class Settings(Thing):
    """`configparser.ConfigParser()`, or one section of it."""

    parser: configparser.ConfigParser
    section: str | None = None

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """Reading in, and asking."""
        if name in ("read", "read_file", "read_string", "read_dict"):
            return Native(name, lambda run, call: self._take_in(run, name, call))
        if hasattr(configparser.ConfigParser, name) and not name.startswith("_"):
            return Native(name, lambda run, call: self._ask(run, name, call))
        return super().attribute(run, name, site)

    def _take_in(self, run: Interpreter, name: str, call: Call) -> object:
        given = call.args[0] if call.args else None
        path = as_path(given) or (literal(run, given, call.site) if name == "read" else None)
        text = read(run, path, call.site) if path else given if name != "read" else None
        if name == "read_dict":
            text = None if not bounds.known(given) else given
        found = _parsed(run, call, text, self.parser.read_string, "a settings file")
        if isinstance(found, Opaque):
            self.parser = _Unknown()
        return [given]

    def _ask(self, run: Interpreter, name: str, call: Call) -> object:
        known = (
            bounds.known(call.args) and bounds.known(call.kwargs) and not isinstance(self.parser, _Unknown)
        )
        if not known:
            return run.opaque("a setting that is not known", call.site)
        source = self.parser if self.section is None else self.parser[self.section]
        try:
            found = getattr(source, name)(*call.args, **call.kwargs)
        except (configparser.Error, AttributeError, ValueError, TypeError, KeyError) as error:
            return run.fail(type(error).__name__, "a setting that is not there", call.site)
        return list(found) if name in ("items", "keys", "values", "sections", "options") else found

    def item(self, run: Interpreter, key: object, site: Site) -> object:
        """`parser["section"]["name"]`."""
        if self.section is not None:
            return self._ask(run, "__getitem__", Call([key], {}, site))
        if isinstance(key, str) and key in self.parser and not isinstance(self.parser, _Unknown):
            return Settings(self.parser, key)
        return run.opaque("a setting that is not known", site)

    def items(self) -> list[object] | None:
        """The names of its sections, or of the settings in this one."""
        if isinstance(self.parser, _Unknown):
            return None
        return list(self.parser if self.section is None else self.parser[self.section])


class _Unknown(configparser.ConfigParser):
    """Settings that could not be read."""


@means("configparser.ConfigParser", "configparser.RawConfigParser", "configparser.SafeConfigParser")
def config_parser(run: Interpreter, call: Call) -> object:
    plain = bool(call.kwargs or call.args)
    return Settings(_Unknown() if plain else configparser.ConfigParser())


@means("pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath")
def path(run: Interpreter, call: Call) -> object:
    first = call.args[0] if call.args else None
    found = as_path(first) or literal(run, first if len(call.args) == 1 else None, call.site)
    if found is None and call.args and isinstance(first, str) and all(isinstance(a, str) for a in call.args):
        return PlainPath(posixpath.join(*[str(a) for a in call.args]))
    return joined(run, found, call.args[1:], call) if found else run.opaque(MACHINE, call.site)


@means("os.path.abspath", "os.path.realpath", "os.path.normpath", "os.fspath", "str.Path")
def same_path(run: Interpreter, call: Call) -> object:
    return as_path(call.args[0] if call.args else None) or run.opaque(MACHINE, call.site)


@means("os.path.dirname")
def dirname(run: Interpreter, call: Call) -> object:
    value = call.first("p")
    if isinstance(value, FilePath):
        return value.attribute(run, "parent", call.site)
    return posixpath.dirname(value) if isinstance(value, str) else unknown(run, call)


@means("os.path.basename")
def basename(run: Interpreter, call: Call) -> object:
    value = call.first("p")
    if isinstance(value, FilePath):
        return value.attribute(run, "name", call.site)
    return posixpath.basename(value) if isinstance(value, str) else unknown(run, call)


@means("os.path.splitext")
def splitext(run: Interpreter, call: Call) -> object:
    value = call.first("p")
    if isinstance(value, FilePath):
        stem, suffix = posixpath.splitext(value.path)
        return FilePath(stem), suffix
    return posixpath.splitext(value) if isinstance(value, str) else unknown(run, call)


@means("os.path.split")
def split(run: Interpreter, call: Call) -> object:
    value = call.first("p")
    if isinstance(value, FilePath):
        return tuple(value.attribute(run, n, call.site) for n in ("parent", "name"))
    return posixpath.split(value) if isinstance(value, str) else unknown(run, call)


@means("os.path.join")
def join(run: Interpreter, call: Call) -> object:
    if call.args and isinstance(call.args[0], FilePath):
        return joined(run, call.args[0], call.args[1:], call)
    if call.args and all(isinstance(a, str) for a in call.args):
        return posixpath.join(*[str(a) for a in call.args])
    return unknown(run, call)


@means("os.path.exists", "os.path.isfile", "os.path.isdir")
def exists(run: Interpreter, call: Call) -> object:
    found = as_path(call.args[0] if call.args else None)
    if found is None:
        return run.opaque("whether a file is there where Airflow runs", call.site)
    name = "is_dir" if call.site.text().partition("(")[0].endswith("isdir") else "exists"
    return METHODS[name](run, found, call)


@means("os.listdir")
def listdir(run: Interpreter, call: Call) -> object:
    found = as_path(call.first("path"))
    names = listed(run, found, call.site) if found else None
    return (
        run.opaque("a folder that the scanner cannot read", call.site) if names is None else Unsorted(names)
    )


@means("glob.glob", "glob.iglob")
def glob(run: Interpreter, call: Call) -> object:
    pattern = as_path(call.first("pathname"))
    if pattern is None:
        return run.opaque("a folder that the scanner cannot read", call.site)
    head, _, tail = pattern.path.partition("*")
    folder, _, start = head.rpartition("/")
    return below(
        run, FilePath(folder or "."), f"{start}*{tail}" if "*" in pattern.path else start, False, call.site
    )


__all__ = ["io"]
