"""Surveys of made-up DAGs for tests of reports: any number of them, always the same, and of the shapes of real ones."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from migrator.findings import Rule, rules

Json = dict[str, Any]
AREAS = ("orders", "billing", "catalog", "crm", "web", "finance", "ml", "ops")
STEPS = (
    "extract",
    "validate",
    "clean",
    "enrich",
    "join",
    "aggregate",
    "score",
    "publish",
    "report",
    "archive",
)
OPERATORS = (
    "PythonOperator",
    "_PythonDecoratedOperator",
    "BashOperator",
    "PostgresOperator",
    "S3KeySensor",
    "EmptyOperator",
    "BranchPythonOperator",
    "KubernetesPodOperator",
)
SCHEDULES = ("@daily", "0 5 * * *", "*/15 * * * *", "@hourly", None, "0 6 * * 1", "all of s3://lake/orders")


@dataclass
class Sample:
    """What a report asks of a survey."""

    root: Path
    all_dags: list[Json]
    all_findings: list[Json]
    links: list[Json] = field(default_factory=list)
    waves: list[Json] = field(default_factory=list)
    airflow: str | None = "2.11.2"

    def head(self) -> Json:
        return {"version": 1, "tool": {"name": "migrate", "version": "0.2.0"}, "airflow": self.airflow}

    def dags(self) -> Iterator[Json]:
        yield from sorted(self.all_dags, key=lambda d: d["dag_id"])

    def findings(self) -> Iterator[Json]:
        yield from sorted(self.all_findings, key=lambda f: (f["file"], f["line"], f["column"], f["code"]))

    @property
    def summary(self) -> Json:
        tasks = [t for d in self.all_dags for t in d["tasks"]]
        return {
            "files": len({d["file"] for d in self.all_dags}) + 3,
            "dag_files": len({d["file"] for d in self.all_dags}),
            "dags": len(self.all_dags),
            "partial": sum(d["partial"] for d in self.all_dags),
            "tasks": len(tasks),
            "operators": dict(Counter(t["operator"] for t in tasks)),
            "levels": dict(Counter(d["level"] for d in self.all_dags)),
            "dispositions": dict(Counter(t["disposition"] for t in tasks)),
            "findings": dict(sorted(Counter(f["code"] for f in self.all_findings).items())),
            "severities": dict(Counter(f["severity"] for f in self.all_findings)),
            "blocking": sum(f["blocking"] for f in self.all_findings),
        }

    @property
    def inventory(self) -> Json:
        kinds = ("variables", "connections", "pools", "packages", "files", "environment")
        total: Json = {k: Counter(n for d in self.all_dags for n in d["inventory"].get(k, ())) for k in kinds}
        total["templates"] = Counter()
        datasets: Json = defaultdict(lambda: {"producers": [], "consumers": []})
        for dag in self.all_dags:
            total["templates"].update(dag["inventory"]["templates"])
            for side, end in (("produces", "producers"), ("consumes", "consumers")):
                for uri in dag["inventory"]["datasets"][side]:
                    datasets[uri][end].append(dag["dag_id"])
        return {**{k: dict(v) for k, v in total.items()}, "datasets": dict(datasets)}

    @property
    def effort(self) -> Json:
        items: Json = defaultdict(lambda: {"count": 0, "hours": 0.0})
        levels: Counter[str] = Counter()
        for dag in self.all_dags:
            levels[dag["level"]] += dag["effort"]["hours"]
            for item in dag["effort"]["items"]:
                items[item["what"]]["count"] += item["count"]
                items[item["what"]]["hours"] += item["hours"]
        return {
            "hours": sum(levels.values()),
            "model": {
                "name": "default",
                "rates": {"setup": 24, "review_asset": 0.5, "comparison": 1.0},
                "assumptions": [
                    "One engineer who knows both systems, tests and review included.",
                    "Each DAG is compared on three runs before it moves.",
                ],
            },
            "by_level": dict(levels),
            "by_item": [{"what": what, **item} for what, item in items.items()],
        }


def survey(root: Path, dags: int, *, tasks: int = 10, findings: int = 6, seed: int = 7) -> Sample:
    """A folder of DAG files at `root` and the survey of it."""
    chance = random.Random(seed)
    known = rules()
    made = Sample(root, [], [])
    for number in range(dags):
        _one(made, number, tasks, findings, chance, known)
    made.links = _links(made.all_dags, chance)
    made.waves = _waves(made.all_dags)
    return made


def _one(
    made: Sample, number: int, tasks: int, findings: int, chance: random.Random, known: list[Rule]
) -> None:
    area = AREAS[number % len(AREAS)]
    dag_id, file = f"{area}_{chance.choice(STEPS)}_{number:04}", f"{area}/pipeline_{number:04}.py"
    source = _source(dag_id, tasks)
    path = made.root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(source) + "\n")
    dag = _dag(dag_id, file, area, tasks, chance)
    made.all_dags.append(dag)
    for _ in range(findings):
        made.all_findings.append(_finding(dag, len(source), chance, known))


def _source(dag_id: str, tasks: int) -> list[str]:
    lines = ["from airflow import DAG", "", f'with DAG("{dag_id}", schedule="@daily") as dag:']
    for place in range(tasks):
        lines += [
            f"    step_{place} = PythonOperator(",
            f'        task_id="{STEPS[place % len(STEPS)]}_{place}",',
            f"        python_callable=run_{STEPS[place % len(STEPS)]},  # of {dag_id}",
            f'        op_kwargs={{"table": "{dag_id}.part_{place}", "day": "{{{{ ds }}}}"}},',
            "    )",
        ]
    return lines


def _dag(dag_id: str, file: str, area: str, count: int, chance: random.Random) -> Json:
    tasks = [_task(place, file, chance) for place in range(count)]
    for place, task in enumerate(tasks):
        before = tasks[max(0, place - 3) : place]
        picked = chance.sample(before, k=min(len(before), chance.choice((1, 1, 1, 2))))
        task["upstream"] = sorted(t["task_id"] for t in picked)
        task["data_upstream"] = task["upstream"][:1]
    level = chance.choices(("asset", "job", "lift"), (6, 3, 2))[0]
    items = [
        {"what": "review of the converted DAG", "count": 1, "hours": 0.5},
        {"what": "tasks by hand", "count": 2, "hours": chance.choice((0.0, 2.0, 6.0, 11.5))},
    ]
    return {
        "dag_id": dag_id,
        "file": file,
        "line": 3,
        "schedule": chance.choice(SCHEDULES),
        "timezone": "UTC",
        "start_date": "2024-01-01T00:00:00+00:00",
        "catchup": False,
        "tags": [area, "daily"],
        "owners": [f"team-{area}"],
        "description": f"Moves {area} data from the source systems into the warehouse.",
        "doc": f"### {dag_id}\n\nRuns each morning. Ask team-{area} before you change the order of its steps.",
        "level": level,
        "partial": chance.random() < 0.05,
        "partial_reason": None,
        "factory": False,
        "task_groups": sorted({t["group"] for t in tasks if t["group"]}),
        "tasks": tasks,
        "target": _target(dag_id, level, tasks),
        "inventory": {
            "variables": [f"{area}_bucket"],
            "connections": [f"{area}_db", "warehouse"],
            "pools": ["default_pool"],
            "datasets": {"produces": [f"s3://lake/{dag_id}"], "consumes": []},
            "packages": ["airflow", "pandas", "requests"],
            "files": [f"{area}/sql/load.sql"],
            "environment": ["STAGE"],
            "templates": {"date": count, "params": 1},
        },
        "links": [],
        "effort": {"hours": sum(i["hours"] for i in items), "items": items},
        "wave": None,
    }


def _task(place: int, file: str, chance: random.Random) -> Json:
    group = "transform" if place in (3, 4, 5) else None
    step = f"{STEPS[place % len(STEPS)]}_{place}"
    return {
        "task_id": f"{group}.{step}" if group else step,
        "operator": chance.choice(OPERATORS),
        "upstream": [],
        "data_upstream": [],
        "trigger_rule": chance.choices(("all_success", "all_done", "none_failed_min_one_success"), (9, 1, 1))[
            0
        ],
        "retries": chance.choice((0, 2)),
        "pool": "default_pool",
        "mapped": place == 4,
        "taskflow": False,
        "group": group,
        "disposition": chance.choices(("native", "bridged", "contracted", "manual"), (8, 2, 1, 1))[0],
        "file": file,
        "line": 5 + 5 * place,
    }


def _target(dag_id: str, level: str, tasks: list[Json]) -> Json:
    if level == "lift":
        return {
            "job": dag_id,
            "nodes": [{"name": dag_id, "kind": "step", "tasks": [t["task_id"] for t in tasks]}],
            "edges": [],
        }
    kind = "asset" if level == "asset" else "op"
    kept = [t for t in tasks if t["disposition"] != "contracted"]
    names = {t["task_id"]: t["task_id"].replace(".", "__") for t in kept}
    edges = [[names[u], names[t["task_id"]]] for t in kept for u in t["upstream"] if u in names]
    nodes = [{"name": names[t["task_id"]], "kind": kind, "tasks": [t["task_id"]]} for t in kept]
    return {"job": dag_id, "nodes": nodes, "edges": edges}


def _finding(dag: Json, lines: int, chance: random.Random, known: list[Rule]) -> Json:
    rule, task = chance.choice(known), chance.choice(dag["tasks"])
    return {
        "code": rule.code,
        "severity": rule.severity,
        "file": dag["file"],
        "line": chance.randint(1, lines),
        "column": chance.choice((1, 5, 9)),
        "dag_id": dag["dag_id"],
        "task_id": task["task_id"],
        "message": f"{rule.title}: {task['operator']} {task['task_id']} of {dag['dag_id']}",
        "help": rule.help,
        "blocking": dag["level"] == "lift" and chance.random() < 0.3,
    }


def _links(dags: list[Json], chance: random.Random) -> list[Json]:
    links = []
    for place, dag in enumerate(dags):
        if place % 3 == 0 or place < 2:
            continue
        other = dags[chance.randint(max(0, place - 12), place - 1)]
        kind = chance.choice(("waits_for", "triggers", "dataset"))
        missing = chance.random() < 0.04
        start = "elsewhere_daily" if missing else other["dag_id"]
        via = f"s3://lake/{start}" if kind == "dataset" else "wait_for_upstream"
        links.append({"from": start, "to": dag["dag_id"], "kind": kind, "via": via, "missing": missing})
        dag["links"].append(
            {"kind": "waits_for", "dag_id": start, "task_id": "wait_for_upstream", "line": 12}
        )
    return links


def _waves(dags: list[Json]) -> list[Json]:
    waves = []
    for number in range(1, 5):
        members = [d for place, d in enumerate(dags) if place % 4 == number - 1]
        for dag in members:
            dag["wave"] = number
        waves.append(
            {
                "wave": number,
                "dags": [d["dag_id"] for d in members],
                "hours": sum(d["effort"]["hours"] for d in members),
                "levels": dict(Counter(d["level"] for d in members)),
                "cycles": [[d["dag_id"] for d in members[:2]]] if number == 3 and len(members) > 1 else [],
            }
        )
    return [w for w in waves if w["dags"]]
