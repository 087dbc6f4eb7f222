"""DAGs and findings in few characters: defaults are left out, repeated texts are numbers, tasks refer to positions."""

from collections.abc import Mapping, Sequence

from migrator.report.html.budget import Json, Strings

SEVERITIES = ("error", "warning", "info")  # the order in which findings are kept
DISPOSITIONS = ("native", "bridged", "contracted", "manual")
LONGEST = 2000  # characters of one text: an id or a schedule may be a page long


def cut(value: object) -> str | None:
    """A text of bearable length; what is cut ends with an ellipsis."""
    if value is None:
        return None
    text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def dag_row(dag: Json, found: Sequence[int], strings: Strings) -> Json:
    """What the list of DAGs shows."""
    dispositions = [task.get("disposition") for task in dag["tasks"]]
    return _without_empty(
        {
            "id": cut(dag["dag_id"]),
            "file": strings.number(dag["file"]),
            "line": dag["line"],
            "level": dag["level"],
            "schedule": cut(dag.get("schedule")),
            "tasks": len(dispositions),
            "dispositions": [dispositions.count(d) for d in DISPOSITIONS],
            "found": list(found) if any(found) else None,
            "hours": dag.get("effort", {}).get("hours"),
            "landed": dag.get("effort", {}).get("landed"),
            "wave": dag.get("wave"),
            "partial": dag.get("partial"),
            "tags": [strings.number(str(cut(t))) for t in dag.get("tags", ())],
            "owners": [strings.number(str(cut(o))) for o in dag.get("owners", ())],
        }
    )


def dag_detail(dag: Json, strings: Strings) -> Json:
    """What the page of one DAG shows beside its row."""
    places = {task["task_id"]: place for place, task in enumerate(dag["tasks"])}
    target = dag.get("target") or {}
    nodes = target.get("nodes", [])
    nodes_at = {node["name"]: place for place, node in enumerate(nodes)}
    return _without_empty(
        {
            "plain": _without_empty(
                {
                    k: cut(dag.get(k))
                    for k in ("timezone", "start_date", "description", "doc", "partial_reason")
                }
            ),
            "catchup": dag.get("catchup"),
            "factory": dag.get("factory"),
            "groups": dag.get("task_groups"),
            "tasks": [_task(task, dag["file"], places, strings) for task in dag["tasks"]],
            "job": cut(target.get("job")),
            "nodes": [
                [cut(n["name"]), strings.number(n["kind"]), [places[t] for t in n["tasks"] if t in places]]
                for n in nodes
            ],
            "edges": [
                [nodes_at[a], nodes_at[b]]
                for a, b in target.get("edges", ())
                if a in nodes_at and b in nodes_at
            ],
            "inventory": _inventory(dag.get("inventory") or {}),
            "links": [_without_empty(dict(link)) for link in dag.get("links", ())],
            "effort": [
                [strings.number(item["what"]), item["count"], item["hours"]]
                for item in dag.get("effort", {}).get("items", ())
            ],
        }
    )


def _task(task: Json, file: str, places: Mapping[str, int], strings: Strings) -> list[object]:
    more = _without_empty(
        {
            "rule": None if task.get("trigger_rule") == "all_success" else task.get("trigger_rule"),
            "retries": task.get("retries") or None,
            "pool": None if task.get("pool") == "default_pool" else task.get("pool"),
            "mapped": task.get("mapped"),
            "taskflow": task.get("taskflow"),
            "group": task.get("group"),
            "file": None if task.get("file") in (None, file) else strings.number(task["file"]),
            "data": [places[t] for t in task.get("data_upstream", ()) if t in places],
        }
    )
    row: list[object] = [
        cut(task["task_id"]),
        strings.number(str(cut(task.get("operator")))),
        strings.number(str(task.get("disposition"))),
        task.get("line"),
        [places[t] for t in task.get("upstream", ()) if t in places],
    ]
    return [*row, more] if more else row


def finding_row(finding: Json, dags: Mapping[str, int], strings: Strings) -> list[object]:
    """One finding. Its DAG is a number when the DAG is in the page."""
    dag_id = finding.get("dag_id")
    return [
        strings.number(finding["code"]),
        SEVERITIES.index(finding["severity"]),
        strings.number(finding["file"]),
        finding["line"],
        finding.get("column"),
        dags.get(dag_id, cut(dag_id)) if dag_id is not None else None,
        cut(finding.get("task_id")),
        strings.number(finding["message"]),
        strings.number(finding.get("help") or ""),
        1 if finding.get("blocking") else 0,
    ]


def _inventory(inventory: Json) -> Json:
    datasets = {f"dataset_{k}": v for k, v in (inventory.get("datasets") or {}).items()}
    return _without_empty({**{k: v for k, v in inventory.items() if k != "datasets"}, **datasets})


def _without_empty(row: Json) -> Json:
    """Only what says something: nothing that is None, False, or an empty list, text or mapping."""
    return {
        k: v for k, v in row.items() if v is not None and v is not False and v != [] and v != "" and v != {}
    }
