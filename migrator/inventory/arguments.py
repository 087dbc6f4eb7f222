"""The values that a DAG's tasks get, down to the single ones: names, templates, template files."""

import posixpath
from collections.abc import Iterator

from migrator.inventory.env import Beside
from migrator.inventory.jinja import is_template
from migrator.inventory.modules import Modules
from migrator.inventory.sources import Sources
from migrator.ir import Code, Dag, Dictionary, Literal, Sequence, Task, Template, Value

# Never rendered, and never the names of files.
SILENT = frozenset(
    [
        "doc",
        "doc_md",
        "doc_json",
        "doc_yaml",
        "doc_rst",
        "description",
        "default_args",
        "owner",
        "email",
        "tags",
    ]
)
# Endings of files that Airflow reads and renders where an operator gets their name.
RENDERED = (".sql", ".hql", ".sh", ".bash", ".json", ".yaml", ".yml", ".j2", ".jinja", ".jinja2", ".html")
PLAIN = (".csv", ".txt", ".md", ".ini", ".cfg", ".toml", ".xml", ".py", ".parquet", ".ddl")
# Arguments whose text is always taken for a file when it ends like this.
SURE = {"bash_command": (".sh", ".bash"), "sql": (".sql",), "hql": (".hql", ".sql")}
DEEPEST = 20


def values_of(task: Task) -> Iterator[tuple[str, Value]]:
    """All single values of a task's arguments, with the innermost name of each."""
    named = [*task.args.items(), *task.keywords.items(), *(("", value) for value in task.positional)]
    for name, value in named:
        if name not in SILENT:
            yield from _inner(name, value, 0)


def _inner(name: str, value: Value, depth: int) -> Iterator[tuple[str, Value]]:
    if depth > DEEPEST:
        return
    plain = value.value if isinstance(value, Literal) else None
    if isinstance(value, Sequence):
        for item in value.items:
            yield from _inner(name, item, depth + 1)
    elif isinstance(value, Dictionary):
        for key, item in value.items.items():
            yield from _inner(key, item, depth + 1)
    elif isinstance(plain, dict):
        for key, part in plain.items():
            yield from _inner(str(key), Literal(part), depth + 1)
    elif isinstance(plain, (list, tuple, set)):
        for part in plain:
            yield from _inner(name, Literal(part), depth + 1)
    else:
        yield name, value


def text_of(value: Value) -> str | None:
    """The text of a value, rendered or not."""
    if isinstance(value, Template):
        return value.source
    plain = value.value if isinstance(value, Literal) else None
    return plain if isinstance(plain, str) else None


class Templates:
    """Finds the files that arguments name, where Airflow would look for them."""

    def __init__(self, dag: Dag, sources: Sources) -> None:
        self.sources = sources
        self.near = dag.origin.file
        self.places = [posixpath.dirname(self.near), *self._searched(dag)]

    def file(self, text: str) -> str | None:
        """The path of the file that a text names; None when it names none that is there."""
        if not is_name(text):
            return None
        paths = (path for place in self.places for path in self._paths(place, text))
        return next((path for path in paths if self.sources.has(path)), None)

    def _paths(self, place: str, name: str) -> Iterator[str]:
        """Below a place; of one outside of the folder, whatever of its end is inside."""
        if not place.startswith("/"):
            path = posixpath.normpath(posixpath.join(place, name))
            if not path.startswith(("..", "/")):
                yield path
            return
        parts = place.strip("/").split("/")
        for start in range(len(parts)):
            yield posixpath.normpath("/".join([*parts[start:], name]))

    def _searched(self, dag: Dag) -> list[str]:
        """The DAG's `template_searchpath`."""
        given = dag.args.get("template_searchpath")
        if isinstance(given, Literal):
            values: list[object] = given.value if isinstance(given.value, (list, tuple)) else [given.value]  # type: ignore[assignment]
        elif isinstance(given, Sequence):
            values = [place for item in given.items for place in self._worked_out(item)]
        else:
            values = self._worked_out(given)
        return [place for place in values if isinstance(place, str)]

    def _worked_out(self, value: Value | None) -> list[object]:
        """An expression such as `os.path.join(os.path.dirname(__file__), "sql")`."""
        if isinstance(value, Literal):
            return [value.value]
        if not isinstance(value, Code):
            return []
        modules = Modules(self.sources)
        found = modules.expression(value.source, self.near)
        values = modules.evaluator.values(*found) if found is not None else ()
        flat = [inner for one in values for inner in (one if isinstance(one, list) else [one])]
        return [one.path if isinstance(one, Beside) else one for one in flat]


def is_name(text: str) -> bool:
    """Whether a text can be the name of a file that is read."""
    if len(text) > 200 or not text.endswith((*RENDERED, *PLAIN)) or is_template(text):
        return False
    return not (any(c.isspace() for c in text) or "://" in text or text.startswith(("/", "~")))


def is_missing(name: str, text: str) -> bool:
    """Whether Airflow would surely look for a file of this text, given under this name."""
    return name in SURE and text.endswith(SURE[name]) and is_name(text)
