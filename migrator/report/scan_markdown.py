"""`migrate scan --format markdown`: what the migration costs, and in which order, as a page for a ticket.

Code hosts take 65,536 characters in one comment: the page stays below, and says what it leaves out.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TextIO

from migrator.findings import rule
from migrator.rates import RATES
from migrator.report.markdown import cell, code, fitting, head, hours, rest, row
from migrator.survey import Survey

Json = dict[str, Any]
MOST = 400  # DAGs that could find room
ROOM = {"waves": 6_000, "dags": 15_000, "inventory": 2_000, "codes": 3_500, "findings": 14_000}  # characters
LEVELS = {
    "asset": "becomes assets",
    "job": "becomes a job of ops",
    "lift": "runs unchanged, through Airflow, until it is reworked",
}
SEVERITIES = ("error", "warning", "info")
NAMES = {
    "connections": "Connections",
    "default_connections": "Connections that operators take by default",
    "variables": "Variables",
    "pools": "Pools",
    "packages": "Packages",
    "environment": "Environment variables",
    "files": "Files beside the DAGs",
}


def write(survey: Survey, out: TextIO) -> None:
    """The whole page."""
    dearest = heapq.nsmallest(
        MOST, survey.heads(), key=lambda d: (-d["effort"]["hours"], d["dag_id"], d["file"])
    )
    blocking, by_dag = _findings(survey.findings(), {dag["dag_id"] for dag in dearest})
    out.write(_summary(survey))
    out.writelines(_effort(survey.effort))
    out.writelines(_waves(survey.waves))
    out.writelines(_dags(dearest, blocking, survey.summary["dags"]))
    out.writelines(_inventory(survey.inventory))
    out.writelines(_codes(survey.summary["findings"]))
    out.writelines(_by_dag(dearest, by_dag))


def _findings(
    findings: Iterable[Json], wanted: set[str]
) -> tuple[Counter[str], dict[str, dict[str, list[Json]]]]:
    """How many block each DAG; and of the wanted DAGs those of each code, blocking ones and severe ones first."""
    blocking: Counter[str] = Counter()
    found: dict[str, dict[str, list[Json]]] = {}
    for finding in findings:
        blocking[finding["dag_id"]] += finding["blocking"]
        if finding["dag_id"] in wanted:
            found.setdefault(finding["dag_id"], {}).setdefault(finding["code"], []).append(finding)
    return blocking, found


def _summary(survey: Survey) -> str:
    found, tool = survey.summary, survey.head()["tool"]
    how = f"and loaded by Airflow {code(survey.airflow)}" if survey.airflow else "as text; nothing was run"
    lines = [
        f"# From Airflow to Dagster: {code(survey.root.resolve().name)}\n\n",
        f"{found['files']:,} Python files were read {how} (`migrate` {code(tool['version'])}).\n",
        f"They hold {found['dags']:,} DAGs with {found['tasks']:,} tasks.",
        f" Of {found['partial']:,} DAGs the text alone does not tell all tasks." if found["partial"] else "",
        "\n\n",
        head(("Level", "What that means", "DAGs", "Hours"), 2),
    ]
    by_level = survey.effort["by_level"]
    for level, meaning in LEVELS.items():
        lines.append(
            row((level, meaning, f"{found['levels'].get(level, 0):,}", hours(by_level.get(level, 0))))
        )
    return "".join(lines)


def _effort(effort: Json) -> Iterator[str]:
    low, high = effort["range"]
    yield f"\n## Effort\n\n**About {_about(effort['hours'])} hours**, between {_about(low)} and {_about(high)}. "
    if effort["landed"] < effort["hours"]:
        yield f"Of these, {_about(effort['landed'])} until Dagster runs all DAGs; the rest until Airflow can go."
    yield "\n\n"
    yield head(("Work", "Count", "Hours"), 2)
    for item in effort["by_item"]:
        yield row((item["what"], f"{item['count']:,}", hours(item["hours"])))
    yield row(("**All**", "", f"**{hours(effort['hours'])}**"))
    yield f"\n### What this rests on\n\nModel: {effort['model']['name']}.\n\n"
    yield from (f"- {sentence}\n" for sentence in effort["model"]["assumptions"])
    yield "\n" + head(("Rate", "For one", "Said by", "Hours"), 1)
    changed = effort["model"]["overridden"]
    for rate in RATES:
        said = "the plan" if rate.key in changed else "the model"
        yield row((f"`{rate.key}`", rate.unit, said, hours(effort["model"]["rates"][rate.key])))
    if stated := effort["model"]["stated"]:
        yield f"\nThe plan states the hours of {len(stated):,} DAGs itself.\n"


def _about(amount: float) -> str:
    """Without digits that nobody knows: two of them, and whole hours at least."""
    digits = max(0, len(str(int(amount))) - 2)
    return f"{int(round(amount / 10**digits) * 10**digits):,}"


def _waves(waves: Sequence[Json]) -> Iterator[str]:
    yield "\n## Order\n\nWhat other DAGs wait for moves after them: "
    yield "Dagster can watch Airflow, Airflow cannot wait for Dagster.\n\n"
    yield head(("Wave", "DAGs", "DAGs in it, cheapest first", *LEVELS, "Hours"), 4)
    lines = fitting((_wave(wave) for wave in waves), ROOM["waves"])
    yield from lines
    yield rest(len(waves) - len(lines), "waves")
    cycles = [(wave["wave"], cycle) for wave in waves for cycle in wave["cycles"]]
    told = (
        f"- Wave {number}: {_ids(cycle, 12)} depend on each other, and move together.\n"
        for number, cycle in cycles
    )
    if cycles:
        lines = fitting(told, ROOM["waves"] // 4)
        yield "\n"
        yield from lines
        yield rest(len(cycles) - len(lines), "cycles")


def _wave(wave: Json) -> str:
    levels = (f"{wave['levels'][level]:,}" for level in LEVELS)
    return row(
        (
            wave["wave"],
            f"{len(wave['dags']):,}",
            _ids(wave["dags"], 6, in_table=True),
            *levels,
            hours(wave["hours"]),
        )
    )


def _ids(ids: Sequence[str], most: int, *, in_table: bool = False) -> str:
    shown = ", ".join((cell if in_table else code)(dag_id, 60) for dag_id in ids[:most])
    return f"{shown} and {len(ids) - most:,} more" if len(ids) > most else shown


def _dags(dags: Sequence[Json], blocking: Mapping[str, int], count: int) -> Iterator[str]:
    yield "\n## DAGs\n\nThe most expensive first. *Blocking* counts the reasons why a DAG cannot be converted yet.\n\n"
    yield head(("DAG", "File", "Schedule", "Level", "Tasks", "Hours", "Wave", "Blocking"), 4)
    lines = fitting((_dag(dag, blocking[dag["dag_id"]]) for dag in dags), ROOM["dags"])
    yield from lines
    yield rest(count - len(lines), "DAGs")


def _dag(dag: Json, blocking: int) -> str:
    level = f"{dag['level']}, partial" if dag["partial"] else dag["level"]
    schedule = cell(dag["schedule"], 40) if dag["schedule"] else "-"
    place = cell(f"{dag['file']}:{dag['line']}", 100)
    figures = (
        f"{dag['counts']['tasks']:,}",
        hours(dag["effort"]["hours"]),
        dag["wave"] or "-",
        blocking or "-",
    )
    return row((cell(dag["dag_id"], 80), place, schedule, level, *figures))


def _inventory(inventory: Json) -> Iterator[str]:
    yield "\n## What the DAGs need\n"
    if not any(inventory.get(key) for key in (*NAMES, "datasets")):
        yield "\nNo connections, Variables or the like were found.\n"
    for key, title in NAMES.items():
        if named := inventory.get(key):
            yield f"\n### {title}\n\n" + head(("Name", "DAGs"), 1)
            often = sorted(named.items(), key=lambda pair: (-pair[1], pair[0]))
            lines = fitting((row((cell(name, 80), f"{n:,}")) for name, n in often), ROOM["inventory"])
            yield from lines
            yield rest(len(named) - len(lines), "names")
    if data := inventory.get("datasets"):
        yield "\n### Datasets\n\n" + head(("Address", "Producers", "Consumers"), 2)
        ends = ((uri, len(e["producers"]), len(e["consumers"])) for uri, e in sorted(data.items()))
        lines = fitting((row((cell(uri, 100), p, c)) for uri, p, c in ends), ROOM["inventory"])
        yield from lines
        yield rest(len(data) - len(lines), "datasets")


def _codes(counts: Mapping[str, int]) -> Iterator[str]:
    yield "\n## Findings\n\n`migrate rule CODE` explains one, with an example.\n\n"
    yield head(("Code", "What", "Severity", "Count"), 1)
    rules = sorted((SEVERITIES.index(rule(c).severity), -n, c) for c, n in counts.items())
    told = (row((c, rule(c).title.replace("|", "\\|"), SEVERITIES[s], f"{-n:,}")) for s, n, c in rules)
    lines = fitting(told, ROOM["codes"])
    yield from lines
    yield rest(len(rules) - len(lines), "codes")


def _by_dag(dags: Sequence[Json], found: Mapping[str, Mapping[str, list[Json]]]) -> Iterator[str]:
    """Of each DAG what blocks it and what is severe, each code once."""
    yield "\n### By DAG\n\nThe most expensive DAGs first; in each, first what blocks it.\n"
    with_some = list(dict.fromkeys(dag["dag_id"] for dag in dags if dag["dag_id"] in found))
    parts = fitting((_one_dag(dag_id, found[dag_id]) for dag_id in with_some), ROOM["findings"])
    yield from parts
    yield rest(len(with_some) - len(parts), "DAGs with findings")


def _one_dag(dag_id: str, by_code: Mapping[str, list[Json]]) -> str:
    order = sorted(by_code.values(), key=_weight)
    return f"\n#### {code(dag_id, 80)}\n\n" + "".join(map(_line, order))


def _weight(alike: Sequence[Json]) -> tuple[bool, int, str]:
    first = alike[0]
    return (not any(f["blocking"] for f in alike), SEVERITIES.index(first["severity"]), first["code"])


def _line(alike: Sequence[Json]) -> str:
    first = alike[0]
    kind = "blocking" if any(f["blocking"] for f in alike) else first["severity"]
    times = f", {len(alike):,} times, first" if len(alike) > 1 else ""
    about = f", task {code(first['task_id'], 60)}" if first["task_id"] else ""
    place = code(f"{first['file']}:{first['line']}", 100)
    return f"- **{first['code']}** {kind}{times}: {place}{about}: {code(first['message'], 120)}\n"
