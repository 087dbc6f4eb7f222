"""The README of a project: what is here, how to run and prove it, what it needs, and what waits for a person."""

from collections import Counter
from collections.abc import Iterable, Sequence

from migrator.convert.pages.building import building
from migrator.convert.pages.instance import pools
from migrator.convert.pages.needs import needs
from migrator.convert.pages.written import Written
from migrator.findings import Finding
from migrator.ir.schedule import schedule_text
from migrator.manifest import DagEntry

FEW = 5  # names in one cell
LEVELS = {"asset": "as assets", "job": "as jobs of ops", "lift": "unchanged in Airflow"}
IS_NOW = {"asset": "assets", "job": "job of ops", "lift": "unchanged in Airflow"}
WRITTEN = "Written by `migrate convert`, which can be run again: files that were edited since are kept."

RUN = """\
## To run

```sh
pip install "dagster==1.13.*" dagster-webserver dagster-dg-cli pytest  # and what the DAGs import
dg dev                                                                 # or: dagster dev -w workspace.yaml
dg check defs                                                          # does everything load?
pytest                                                                 # the tests beside this page
```

`dagster.yaml` is the instance that the jobs need. Schedules are off until somebody turns them on: while a DAG still
runs in Airflow, leave them off.
"""

AIRFLOW = """\
### What runs in Airflow

Set `AIRFLOW_PYTHON` to the Python interpreter that has Airflow and what the DAGs import, and
`AIRFLOW_DAGS_FOLDER` to the folder of the DAG files{default}. Connections and Variables come from
`AIRFLOW_CONN_*`, `AIRFLOW_VAR_*` or a secrets backend; `AIRFLOW_HOME` and `AIRFLOW__*` are passed on.
"""

PROVE = """\
## To prove it

```sh
migrate compare . --dags {dags} --airflow-python "$AIRFLOW_PYTHON" --date {date}
```

It runs each DAG in Airflow and here, on the same data and date, and compares every task. `pytest -m parity` does the
same, DAG by DAG. In `migration.json` stands what each task became, and the line of the DAG file that it came from.
"""


def readme(written: Written) -> str:
    """The text of `README.md`."""
    parts = [
        f"# {written.name}\n\nDagster jobs and assets that were Airflow DAGs. {WRITTEN}\n",
        _here(written),
        RUN,
        building(written),
        _airflow(written),
        _prove(written),
        _configuration(written),
        _waiting(written.findings),
    ]
    return "\n".join(part for part in parts if part)


def _here(written: Written) -> str:
    rows = [_dag(written, dag_id, entry) for dag_id, entry in sorted(written.manifest.dags.items())]
    levels = Counter(entry.level for entry in written.manifest.dags.values())
    counts = ", ".join(f"{levels[level]} {name}" for level, name in LEVELS.items() if levels[level])
    total = f"{len(rows)} DAG{'s' if len(rows) != 1 else ''}: {counts}." if rows else "There was no DAG."
    head = ["DAG", "came from", "is now", "job", "schedule", "tasks"]
    return "\n".join(["## What is here", "", total, "", *_table(head, rows), ""])


def _dag(written: Written, dag_id: str, entry: DagEntry) -> list[str]:
    dag = written.dags.get(dag_id)
    line = f":{dag.origin.line}" if dag else ""
    schedule = schedule_text(dag.schedule) if dag else None
    tasks = Counter(task.disposition for task in entry.tasks.values())
    told = ", ".join(f"{count} {name}" for name, count in sorted(tasks.items())) or "none"
    module = f"{entry.module.replace('.', '/')}.py"
    level = f"[{IS_NOW[entry.level]}]({module})"
    return [
        dag_id,
        f"{entry.file}{line}",
        level,
        f"`{entry.job}`",
        f"`{schedule}`" if schedule else "none",
        told,
    ]


def _airflow(written: Written) -> str:
    if not written.lifts:
        return ""
    folder = written.dags_folder
    return AIRFLOW.format(default=f" (without it, `{folder}`, seen from here)" if folder else "")


def _prove(written: Written) -> str:
    dates = [dag.start_date[:10] for dag in written.dags.values() if dag.start_date]
    return PROVE.format(
        dags=written.dags_folder or "<folder of the DAGs>", date=max(dates, default="2024-01-01")
    )


def _configuration(written: Written) -> str:
    rows = [[f"`{n.name}`", n.what, _few(n.dags)] for n in needs(written)]
    text = ["## To configure", ""]
    if rows:
        text += [
            "What the DAGs read where they run, by the names that Airflow itself looks for in the environment:",
            "",
            *_table(["set", "which is the", "for"], rows),
            "",
        ]
    if names := pools(written):
        listed = ", ".join(f"`{name}`" for name in names)
        text += [f"Pools: {listed}. `dagster instance concurrency set <pool> <slots>` limits each.", ""]
    return "\n".join(text) if len(text) > 2 else ""


def _waiting(findings: Sequence[Finding]) -> str:
    """The findings that are more than a note, one row for each code."""
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.reaches("warning"):
            by_code.setdefault(finding.code, []).append(finding)
    rows = [
        [code, found[0].severity, found[0].rule.title, str(len(found)), _few(_dags(found))]
        for code, found in sorted(by_code.items(), key=lambda item: (item[1][0].severity, item[0]))
    ]
    if not rows:
        return "## What waits for a person\n\nNothing: no finding is more than a note.\n"
    told = "`migrate rule CODE` explains one; `migrate convert` prints each with its place."
    table = _table(["code", "severity", "what", "times", "DAGs"], rows)
    return "\n".join(["## What waits for a person", "", told, "", *table, ""])


def _dags(findings: Iterable[Finding]) -> list[str]:
    return sorted({f.dag_id or f.origin.file for f in findings})


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return ", ".join(names[:FEW]) + more


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(map(_cell, line))} |" for line in lines]


def _cell(text: str) -> str:
    """One line that no table is broken by."""
    return " ".join(text.split()).replace("|", "\\|")
