"""The scan report as JSON: one DAG or finding a line, so that it can be written and read piece by piece."""

import json
from collections.abc import Iterable
from typing import TextIO

from migrator.survey import Survey

PARTS = ("inventory", "links", "waves", "effort", "summary")


def write(survey: Survey, out: TextIO) -> None:
    """All that the survey knows."""
    head = _dumps(survey.head())
    out.write(f"{head[:-1]},\n")
    _list("dags", survey.dag_texts(), out)
    _list("findings", map(_dumps, survey.findings()), out)
    out.write(",\n".join(f'"{name}":{_dumps(getattr(survey, name))}' for name in PARTS))
    out.write("}\n")


def _list(name: str, items: Iterable[str], out: TextIO) -> None:
    out.write(f'"{name}":[')
    between = "\n"
    for item in items:
        out.write(f"{between}{item}")
        between = ",\n"
    out.write("],\n")


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
