"""What an argument of a DAG or a task can be, as data.

A reader never guesses: what it cannot know is an `Unknown` that says why, and who meets one raises a finding.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field

from migrator.record import dataclass


@dataclass(frozen=True)
class Literal:
    """A constant that the reader has worked out.

    None, bool, int, float, str, bytes, timedelta, an aware datetime, or a list, tuple, set or dict of these.
    """

    value: object


@dataclass(frozen=True)
class Template:
    """A text that Airflow renders with Jinja before the task runs, such as ``{{ ds }}``."""

    source: str


@dataclass(frozen=True)
class XCom:
    """A value that another task leaves behind: `extract()` given to a call, or `task.output`."""

    task_id: str
    key: str = "return_value"


@dataclass(frozen=True)
class Function:
    """A function that the DAG file or a module beside it defines, or that it imports."""

    name: str  # as it is called in the DAG file
    qualified: str | None = None  # dotted name when it is imported
    file: str | None = None
    line: int | None = None  # of the `def` or `lambda`
    closure: Mapping[str, "Value"] = field(
        default_factory=dict, hash=False
    )  # what the names mean that it reads and that are set around it: in a function, or in a block such as a loop


@dataclass(frozen=True)
class Made:
    """An object of a class of the repository, and what it was made with; nothing has changed it since."""

    name: str  # of the class
    args: tuple["Value", ...] = ()
    keywords: Mapping[str, "Value"] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Bound:
    """A function that has some of its arguments: a method of an object or a class, or what `partial` gives."""

    function: Function
    method: bool = False  # its first parameter is the object or class
    owner: Made | None = None  # that object, where it is known well enough to make another
    args: tuple["Value", ...] = ()  # of `partial`
    keywords: Mapping[str, "Value"] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Code:
    """An expression that is kept as it was written; `why` it has no value here.

    `pieces`: of a text of which a part is known; a `Code` among them has the `file` in which it means the same.
    """

    source: str
    why: str
    pieces: tuple["Literal | Code", ...] = ()
    file: str | None = None


@dataclass(frozen=True)
class Sequence:
    """A list, tuple or set of which at least one item is not a constant."""

    items: tuple["Value", ...]


@dataclass(frozen=True)
class Dictionary:
    """A dict with constant keys of which at least one value is not a constant."""

    items: Mapping[str, "Value"]


@dataclass(frozen=True)
class Item:
    """One of what the task, or the group around it, is mapped over: another one in each of its instances."""

    name: str  # of the parameter that gets it


@dataclass(frozen=True)
class Derived:
    """A list that is made of lists when the task runs: `xcom.map(f)`, `xcom.zip(other)`, `xcom.concat(other)`."""

    kind: str  # map, zip, concat
    items: tuple["Value", ...]  # the lists
    function: "Value | None" = None  # of `map`
    fill: "Value | None" = None  # what `zip` takes for what is lacking; None: it ends with the shortest


@dataclass(frozen=True)
class Unknown:
    """A value that the reader could not work out."""

    why: str


Value = Literal | Template | XCom | Function | Code | Sequence | Dictionary | Item | Derived | Unknown


def walk(value: Value) -> Iterator[Value]:
    """The value and all values inside it, outermost first."""
    yield value
    if isinstance(value, Sequence):
        for item in value.items:
            yield from walk(item)
    elif isinstance(value, Dictionary):
        for item in value.items.values():
            yield from walk(item)
    elif isinstance(value, Derived):
        for item in value.items:
            yield from walk(item)
