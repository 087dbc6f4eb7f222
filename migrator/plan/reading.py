"""Reads a plan: every mistake in it with its line, its place, and what was probably meant."""

from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from migrator.errors import PlanError
from migrator.plan.model import (
    ChecksPlan,
    ComparePlan,
    DagPlan,
    EffortPlan,
    FreshnessPlan,
    IoPlan,
    LandingPlan,
    Plan,
    RowsPlan,
    SandboxPlan,
    TaskPlan,
)
from migrator.plan.tree import Node, YamlError, line_of, parse, plain

NAME = "migrate.yaml"
LARGEST = 32_000_000  # bytes; a plan of 10,000 DAGs has about 3,000,000
SHOWN = 20
WHERE: tuple[tuple[tuple[str, ...], type[BaseModel]], ...] = (
    ((), Plan),
    (("sandbox",), SandboxPlan),
    (("effort",), EffortPlan),
    (("io",), IoPlan),
    (("dags", "*"), DagPlan),
    (("dags", "*", "compare"), ComparePlan),
    (("dags", "*", "landing"), LandingPlan),
    (("dags", "*", "tasks", "*"), TaskPlan),
    (("dags", "*", "tasks", "*", "checks"), ChecksPlan),
    (("dags", "*", "tasks", "*", "freshness"), FreshnessPlan),
    (("dags", "*", "tasks", "*", "checks", "rows"), RowsPlan),
)


def read(path: Path | None) -> Plan:
    """The plan of a file; without a path, an empty plan. Raises PlanError with file and line."""
    return Plan() if path is None else understood(path, text_of(path))[0]


def text_of(path: Path) -> str:
    """The text of a plan, line ends as they are. Raises PlanError."""
    try:
        if path.is_dir():
            raise PlanError(f"{path}: a folder, not a plan")
        if not path.is_file() and path.exists():
            raise PlanError(f"{path}: not a regular file")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise PlanError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(data) > LARGEST:
        raise PlanError(f"{path}: more than {LARGEST} bytes; this is no plan")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PlanError(f"{path}:{line}: not UTF-8: the byte 0x{data[error.start]:02x}") from error


def understood(path: Path, text: str) -> tuple[Plan, Node | None, dict[str, Any]]:
    """The plan of a text, its tree and its data. Raises PlanError with every mistake and its line."""
    try:
        root = parse(text)
        data = plain(root)
    except YamlError as error:
        raise PlanError(f"{path}:{error.line}: {error}") from error
    if data is not None and not isinstance(data, dict):
        raise PlanError(f"{path}:{root.line if root else 1}: a plan has keys, such as `dags:`")
    try:
        return Plan.model_validate(data or {}), root, data or {}
    except ValidationError as error:
        raise PlanError(_told(path, root, error)) from error


def _told(path: Path, root: Node | None, error: ValidationError) -> str:
    mistakes = error.errors(include_url=False)
    told = sorted(
        (line_of(root, _place(e)), f"{_dotted(_place(e))}: {_meant(e, _place(e))}") for e in mistakes
    )
    lines = [f"{path}:{line}: {text}" for line, text in told[:SHOWN]]
    return "\n".join([*lines, *([f"... and {len(told) - SHOWN} more"] if len(told) > SHOWN else [])])


def _place(error: Any) -> tuple[int | str, ...]:
    return tuple(part for part in error["loc"] if part != "[key]")


def _dotted(place: tuple[int | str, ...]) -> str:
    return ".".join(" ".join(str(part).split())[:80] for part in place) or "the file"


def _meant(error: Any, place: tuple[int | str, ...]) -> str:
    """What is wrong in words, with the nearest word that would be right."""
    kind, given = error["type"], error["input"]
    if kind == "extra_forbidden":
        known = _known(place[:-1])
        return f"there is no such key{_nearest(str(place[-1]), known) or '; there are ' + ', '.join(known)}"
    if kind == "literal_error":
        allowed = str(error["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
        said = " ".join(str(given).split())[:80]
        return f"{said!r} is not one of {allowed}{_nearest(said, allowed.split(', '))}"
    if kind == "string_type" and isinstance(given, bool | int | float):
        return "a text is needed: put it in quotes"
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return "keys are needed here, one a line"
    if kind == "tuple_type":
        return "a list is needed, such as [order_id]"
    return str(error["msg"])


def _known(place: tuple[int | str, ...]) -> list[str]:
    for pattern, model in WHERE:
        same = len(pattern) == len(place)
        if same and all(p in ("*", part) for p, part in zip(pattern, place, strict=True)):
            return list(model.model_fields)
    return []


def _nearest(word: str, known: list[str]) -> str:
    found = get_close_matches(word.lower(), known, n=1, cutoff=0.5)
    return f"; did you mean {found[0]}?" if found else ""
