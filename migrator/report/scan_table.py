"""The scan report for people: a table of DAGs, the findings by file, and a summary."""

import io
from typing import Any

STYLES = {"error": "red", "warning": "yellow", "info": "cyan"}
COLUMNS = ("DAG", "file", "schedule", "tasks", "level", "notes")
CELL = 44


def render(report: dict[str, Any], *, color: bool, width: int | None = None) -> str:
    """The report as text; with `color` it is drawn for a terminal of that width."""
    rows = [_row(dag) for dag in report["dags"]]
    table = (_drawn(rows, width) if color else _plain(rows)) if rows else ""
    return "\n".join(part for part in (table, _findings(report, color), _summary(report)) if part) + "\n"


def _row(dag: dict[str, Any]) -> tuple[str, ...]:
    notes = [name for name in ("partial", "factory") if dag[name]]
    place = f"{dag['file']}:{dag['line']}"
    return (
        dag["dag_id"],
        place,
        dag["schedule"] or "-",
        str(len(dag["tasks"])),
        dag["level"],
        ", ".join(notes),
    )


def _plain(rows: list[tuple[str, ...]]) -> str:
    """Columns of equal width, for files and pipes; nothing is cut but over-long schedules."""
    cells = [COLUMNS, *([*row[:2], row[2][:CELL], *row[3:]] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(COLUMNS))]
    return (
        "\n".join("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells)
        + "\n"
    )


def _drawn(rows: list[tuple[str, ...]], width: int | None) -> str:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*COLUMNS, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(escape, row))
    out = io.StringIO()
    Console(file=out, force_terminal=True, width=width, highlight=False).print(table)
    return out.getvalue()


def _findings(report: dict[str, Any], color: bool) -> str:
    import click

    lines: list[str] = []
    for finding in report["findings"]:
        code = click.style(finding["code"], fg=STYLES[finding["severity"]]) if color else finding["code"]
        about = ".".join(part for part in (finding["dag_id"], finding["task_id"]) if part)
        place = f"{finding['file']}:{finding['line']}:{finding['column']}"
        lines.append(f"{place}: {code} {about + ': ' if about else ''}{finding['message']}")
    return "\n".join(lines) + "\n" if lines else ""


def _summary(report: dict[str, Any]) -> str:
    found = report["summary"]
    lines = [
        f"{found['files']} files, {found['dags']} DAGs ({found['partial']} partial), {found['tasks']} tasks"
    ]
    for name in ("levels", "dispositions", "severities"):
        counts = ", ".join(f"{count} {what}" for what, count in found[name].items())
        if counts:
            lines.append(f"{name}: {counts}")
    if found["findings"]:
        lines.append("Run `migrate rule CODE` to see what a finding means.")
    return "\n".join(lines)
