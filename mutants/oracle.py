"""Whether two run records tell of the same: worked out in the plainest way, and with nothing of the comparison's code.

It decides whether a mutation has an effect at all, so that the comparison is not its own judge.
"""

import json
from pathlib import Path

import pandas as pd

from migrator.parity.record import Artifact, Json, Parquet, Record

SAME, ORDER, DIFFERENT = "same", "order", "different"


def difference(left: list[Record], right: list[Record]) -> str:
    """SAME, ORDER where rows or columns of tables alone stand in another order, or DIFFERENT."""
    if [_told(each, ordered=True) for each in left] == [_told(each, ordered=True) for each in right]:
        return SAME
    if [_told(each, ordered=False) for each in left] == [_told(each, ordered=False) for each in right]:
        return ORDER
    return DIFFERENT


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
    return columns, kinds, rows if ordered else sorted(rows)


def _file(path: Path, ordered: bool) -> object:
    data = path.read_bytes()
    return (
        data if ordered or path.suffix != ".csv" else (data[:200].split(b"\n")[0], sorted(data.split(b"\n")))
    )
