"""The scan report for people: a table of DAGs, the findings, those that block first, and a summary."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TextIO

from migrator.survey import Survey
from migrator.survey.unit import Json

STYLES = {"error": "red", "warning": "yellow", "info": "cyan"}
COLUMNS = ("DAG", "file", "schedule", "tasks", "level", "wave", "hours", "notes")
NEEDS = {  # parts of the inventory, and what one of them is called
    "connections": "connection",
    "default_connections": "default connection",
    "variables": "Variable",
    "pools": "pool",
    "datasets": "dataset",
    "environment": "environment variable",
    "packages": "package",
    "files": "file",
}
CELL = 44
TOGETHER = 500  # rows that share the widths of their columns
Row = tuple[str, ...]


def write(survey: Survey, out: TextIO, *, color: bool = False, width: int | None = None) -> None:
    """The report as text; with `color` it is drawn for a terminal of that width."""
    _dags(survey, out, color, width)
    for title, blocking in (
        ("Blocking: why a DAG stays in Airflow for now", True),
        ("Other findings", False),
    ):
        lines = (_line(f, color) for f in survey.findings() if f["blocking"] is blocking)
        first = next(lines, None)
        if first is not None:
            out.write(f"\n{title}\n{first}")
            out.writelines(lines)
    out.write("\n" + _summary(survey))


def _dags(survey: Survey, out: TextIO, color: bool, width: int | None) -> None:
    rows = map(_row, survey.heads())
    while part := list(islice(rows, TOGETHER)):
        out.write(_drawn(part, width) if color else _plain(part))


def _row(dag: Json) -> Row:
    notes = [name for name in ("partial", "factory") if dag[name]]
    return (
        one_line(dag["dag_id"]),
        one_line(f"{dag['file']}:{dag['line']}"),
        one_line(dag["schedule"] or "-")[:CELL],
        str(dag["counts"]["tasks"]),
        dag["level"],
        str(dag["wave"] or "-"),
        f"{dag['effort']['hours']:g}" if dag.get("effort") else "-",
        ", ".join(notes),
    )


def one_line(text: str) -> str:
    """The text with its line breaks and control characters shown, so that no name can write rows of its own."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _plain(rows: Sequence[Row]) -> str:
    """Columns of equal width, for files and pipes."""
    cells = [COLUMNS, *rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(COLUMNS))]
    lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells)
    return "\n".join(lines) + "\n"


def _drawn(rows: Sequence[Row], width: int | None) -> str:
    import io

    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*COLUMNS, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(escape, row))
    out = io.StringIO()
    Console(file=out, force_terminal=True, width=width, highlight=False).print(table)
    return out.getvalue()


def _line(finding: Json, color: bool) -> str:
    import click

    code = click.style(finding["code"], fg=STYLES[finding["severity"]]) if color else finding["code"]
    about = ".".join(part for part in (finding["dag_id"], finding["task_id"]) if part)
    place = one_line(f"{finding['file']}:{finding['line']}:{finding['column']}")
    return f"{place}: {code} {one_line(about) + ': ' if about else ''}{one_line(finding['message'])}\n"


def _summary(survey: Survey) -> str:
    return "".join(f"{line}\n" for line in _summary_lines(survey))


def _summary_lines(survey: Survey) -> Iterator[str]:
    found = survey.summary
    yield ", ".join(
        [_many(found["files"], "file"), _many(found["dags"], "DAG"), _many(found["tasks"], "task")]
    )
    if found["partial"]:
        hint = "" if survey.airflow else "; scan again with --airflow-python to know all of their tasks"
        yield f"partial: {_many(found['partial'], 'DAG')}{hint}"
    for name in ("levels", "dispositions", "severities"):
        counts = ", ".join(f"{count} {what}" for what, count in found[name].items())
        if counts:
            yield f"{name}: {counts}"
    if found["dags"]:
        if needs := _needs(survey):
            yield f"needs: {needs}"
        yield from _effort(survey)
    if found["findings"]:
        yield "Run `migrate rule CODE` to see what a finding means."


def _effort(survey: Survey) -> Iterator[str]:
    found = survey.effort
    least, most = found["range"]
    total = f"effort: {found['hours']:g} hours ({least:g} to {most:g})"
    yield f"{total}, of which {found['landed']:g} until Dagster runs all; rates: docs/effort.md"
    yield f"waves: {', '.join(_many(len(w['dags']), 'DAG') for w in survey.waves)}"


def _needs(survey: Survey) -> str:
    """How many names of each kind have to exist in Dagster."""
    counted = {what: survey.inventory[kind] for kind, what in NEEDS.items()}
    return ", ".join(_many(len(names), what) for what, names in counted.items() if names)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
