"""Whether two run records tell of the same: worked out in the plainest way, and with nothing of the comparison's code.

It decides whether a mutation has an effect at all, so that the comparison is not its own judge.
"""

import json
from pathlib import Path

import pandas as pd

from migrator.parity.record import Artifact, Json, Parquet, Record

SAME, ORDER, PROMISE, DIFFERENT = "same", "order", "promise", "different"


def difference(left: list[Record], right: list[Record]) -> str:
    """SAME, ORDER where rows or columns of tables alone stand in another order, or DIFFERENT.

    PROMISE where the runs did the same, but a step no longer waits for another, or has less retries.
    """
    if [_told(each, ordered=False) for each in left] != [_told(each, ordered=False) for each in right]:
        return DIFFERENT
    if any(_broken(one, two) for one, two in zip(left, right, strict=True)):
        return PROMISE
    same = [_told(each, ordered=True) for each in left] == [_told(each, ordered=True) for each in right]
    return SAME if same else ORDER


def _broken(left: Record, right: Record) -> bool:
    one, two = (_steps(each) for each in (left, right))
    return any(
        name not in two or before - two[name][0] or retries > two[name][1]
        for name, (before, retries) in one.items()
    )


def _steps(record: Record) -> dict[str, tuple[set[str], int]]:
    """Each step with all steps before it, however far back, and its retries."""
    jobs = (record.graph or {}).get("jobs", {})
    steps = {name: step for job in jobs.values() for name, step in job["ops"].items()}
    found = {}
    for name, step in steps.items():
        before: set[str] = set()
        waiting = list(step["upstream"])
        while waiting:
            if (other := waiting.pop()) not in before:
                before.add(other)
                waiting += steps.get(other, {"upstream": []})["upstream"]
        found[name] = before, step["retries"]
    return found


def _told(record: Record, *, ordered: bool) -> object:
    tasks = {
        (task.task_id, task.map_index): (
            task.state,
            task.tries if task.state in ("success", "failed") else None,
            {key: _value(value, ordered) for key, value in task.xcoms.items() if not _is_none(value)},
        )
        for task in record.tasks
    }
    return record.state, tasks, {name: _file(record.output(name), ordered) for name in record.outputs}


def _is_none(value: Artifact) -> bool:
    return isinstance(value, Json) and value.value is None


def _value(value: Artifact, ordered: bool) -> object:
    if isinstance(value, Json):
        return json.dumps(value.value, sort_keys=True)
    if isinstance(value, Parquet):
        return _frame(pd.read_parquet(value.path), ordered)
    return value.type, value.repr, json.dumps(value.near_json, sort_keys=True, default=repr)


def _frame(frame: pd.DataFrame, ordered: bool) -> object:
    columns = list(frame.columns) if ordered else sorted(frame.columns, key=str)
    rows = [tuple(map(repr, row)) for row in frame[columns].itertuples(index=False, name=None)]
    kinds = [str(frame[column].dtype) for column in columns]
    names, counted = list(frame.index.names), isinstance(frame.index, pd.RangeIndex)
    if not (
        counted and frame.index.equals(pd.RangeIndex(len(frame)))
    ):  # one that counts the rows says nothing
        rows = [(repr(place), *row) for place, row in zip(frame.index, rows, strict=True)]
    return columns, kinds, names, counted, rows if ordered else sorted(rows)


def _file(path: Path, ordered: bool) -> object:
    data = path.read_bytes()
    return (
        data if ordered or path.suffix != ".csv" else (data[:200].split(b"\n")[0], sorted(data.split(b"\n")))
    )
