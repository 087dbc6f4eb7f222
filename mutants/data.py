"""Mutations of what a run has left behind: one cell, one row, a type, a time zone, an order, a file."""

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from migrator.parity.record import Artifact, Json, Parquet, Record, TaskRecord

FREE = "order is free"
CHOOSERS = ("Branch", "ShortCircuit", "LatestOnly")  # in the names of operators that decide what follows
Change = Callable[[pd.DataFrame, random.Random], pd.DataFrame | None]


@dataclass(frozen=True)
class Mutation:
    """One change of a record. `equal`: why it changes nothing that counts, as docs/compare.md says.

    `ordered`: it is compared with the order of rows and columns.
    """

    kind: str
    place: str
    record: Record
    equal: str = ""
    ordered: bool = False


def mutations(record: Record, chosen: random.Random, folder: Path) -> list[Mutation]:
    """One of each kind for each table, value, file and state of the record; new files go below `folder`."""
    found: list[Mutation] = []
    for task in record.tasks:
        place = f"{task.task_id}[{task.map_index}]" if task.map_index >= 0 else task.task_id
        found += [Mutation("state", place, _with(record, task, state=_other(task.state)))]
        if task.state in ("success", "failed"):
            found += [Mutation("tries", place, _with(record, task, tries=(task.tries or 0) + 1))]
        for key, value in task.xcoms.items():
            for kind, equal, other in _others(value, chosen, folder / f"{len(found)}"):
                changed = _with(record, task, xcoms={**task.xcoms, key: other})
                found.append(Mutation(kind, f"{place}.{key}", changed, equal))
                if equal == FREE and _moved(value, other):
                    kept = Mutation(f"{kind}, where it counts", f"{place}.{key}", changed, ordered=True)
                    found.append(kept)
            if not (isinstance(value, Json) and value.value is None):
                rest = {name: kept for name, kept in task.xcoms.items() if name != key}
                lost = _with(record, task, xcoms=rest)
                found.append(Mutation("value missing", f"{place}.{key}", lost, _not_missed(task, key)))
    for name in record.outputs:
        found += _files(record, name, chosen, folder / f"{len(found)}")
    return found


def _moved(left: Artifact, right: Artifact) -> bool:
    """Whether chance has put anything elsewhere."""
    assert isinstance(left, Parquet) and isinstance(right, Parquet)
    one, two = pd.read_parquet(left.path), pd.read_parquet(right.path)
    return list(one.columns) != list(two.columns) or one.to_csv() != two.to_csv()


def _not_missed(task: TaskRecord, key: str) -> str:
    whole = task.xcoms.get("return_value")
    if key == "return_value":
        chooses = task.chooses or any(word in (task.operator or "") for word in CHOOSERS)
        return "the states of the tasks after a branch show what it chose" if chooses else ""
    if isinstance(whole, Json) and isinstance(whole.value, dict) and key in whole.value:
        return "the returned dictionary has it too"
    return ""


def _with(record: Record, task: TaskRecord, **changes: object) -> Record:
    other = replace(task, **changes)  # type: ignore[arg-type]  # fields of a TaskRecord, by their callers
    return replace(record, tasks=tuple(other if each is task else each for each in record.tasks))


def _other(state: str | None) -> str:
    return "skipped" if state == "success" else "success"


def _others(value: Artifact, chosen: random.Random, folder: Path) -> list[tuple[str, str, Artifact]]:
    if isinstance(value, Json):
        changed = _leaf(value.value, chosen)
        return [] if changed == value.value else [("JSON leaf", "", Json(changed))]
    if not isinstance(value, Parquet):
        return []
    frame = pd.read_parquet(value.path)
    found: list[tuple[str, str, Artifact]] = []
    for number, (kind, (equal, change)) in enumerate(TABLES.items()):
        other = change(frame.copy(), chosen)
        if other is not None:
            path = folder / f"{number}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            other.to_parquet(path)
            found.append((kind, equal, Parquet(path, value.library)))
    return found


# ---------------------------------------------------------------------- tables
def _cell(frame: pd.DataFrame, chosen: random.Random) -> pd.DataFrame | None:
    if frame.empty:
        return None
    row, column = chosen.randrange(len(frame)), chosen.randrange(len(frame.columns))
    name = frame.columns[column]
    old: Any = frame.iat[row, column]
    if pd.api.types.is_bool_dtype(frame[name].dtype):
        new: Any = not old
    elif pd.isna(old):
        kind = frame[name].dtype
        new = (
            1 if pd.api.types.is_numeric_dtype(kind) else "x" if pd.api.types.is_string_dtype(kind) else None
        )
        if new is None:
            return None
    elif isinstance(old, str):
        new = f"{old} "
    elif isinstance(old, pd.Timestamp):
        new = old + pd.Timedelta(1, "us")
    elif isinstance(old, float):
        new = old + max(abs(old), 1.0) * 2**-50
    elif pd.api.types.is_integer(old):
        new = old + 1
    else:
        return None
    frame.iat[row, column] = new
    return frame


def _cell_lost(frame: pd.DataFrame, chosen: random.Random) -> pd.DataFrame | None:
    places = [
        (row, column)
        for column, name in enumerate(frame.columns)
        if not pd.api.types.is_bool_dtype(frame[name].dtype)
        and not pd.api.types.is_integer_dtype(frame[name].dtype)
        for row in range(len(frame))
        if not pd.isna(frame.iat[row, column])
    ]
    if not places:
        return None
    row, column = chosen.choice(places)
    frame.iat[row, column] = None
    return frame


def _row_lost(frame: pd.DataFrame, chosen: random.Random) -> pd.DataFrame | None:
    return None if frame.empty else frame.drop(frame.index[chosen.randrange(len(frame))])


def _row_twice(frame: pd.DataFrame, chosen: random.Random) -> pd.DataFrame | None:
    if frame.empty:
        return None
    return pd.concat([frame, frame.iloc[[chosen.randrange(len(frame))]]], ignore_index=True)


def _rows_swapped(frame: pd.DataFrame, chosen: random.Random) -> pd.DataFrame | None:
    """Two values of a column change places, so that its sum, its set and its count stay."""
    places = [
        (name, first, second)
        for name in frame.columns
        for first in range(min(len(frame), 6))
        for second in range(first)
        if not (pd.isna(frame[name].iat[first]) or pd.isna(frame[name].iat[second]))
        and frame[name].iat[first] != frame[name].iat[second]
    ]
    if not places or len(frame.columns) < 2:
        return None
    name, first, second = chosen.choice(places)
    values = list(frame[name])
    values[first], values[second] = values[second], values[first]
    frame[name] = pd.Series(values, index=frame.index, dtype=frame[name].dtype)
    return frame


def _type(frame: pd.DataFrame, chosen: random.Random) -> pd.DataFrame | None:
    name = chosen.choice(list(frame.columns))
    kind = frame[name].dtype
    if pd.api.types.is_integer_dtype(kind):
        frame[name] = frame[name].astype("float64")
    elif pd.api.types.is_string_dtype(kind) or pd.api.types.is_object_dtype(kind):
        return None
    else:
        frame[name] = frame[name].astype("string")
    return frame


def _zone(frame: pd.DataFrame, chosen: random.Random) -> pd.DataFrame | None:
    names = [name for name in frame.columns if isinstance(frame[name].dtype, pd.DatetimeTZDtype)]
    if not names:
        return None
    name = chosen.choice(names)
    frame[name] = frame[name].dt.tz_localize(None)
    return frame


def _other_zone(frame: pd.DataFrame, chosen: random.Random) -> pd.DataFrame | None:
    """The same instants by the clocks of another place."""
    names = [name for name in frame.columns if isinstance(frame[name].dtype, pd.DatetimeTZDtype)]
    if not names:
        return None
    name = chosen.choice(names)
    frame[name] = frame[name].dt.tz_convert("Asia/Kathmandu")
    return frame


def _hour(frame: pd.DataFrame, chosen: random.Random) -> pd.DataFrame | None:
    names = [name for name in frame.columns if pd.api.types.is_datetime64_any_dtype(frame[name].dtype)]
    if not names or frame.empty:
        return None
    name = chosen.choice(names)
    frame[name] = frame[name] + pd.Timedelta(hours=1)
    return frame if frame[name].notna().any() else None


def _column_lost(frame: pd.DataFrame, chosen: random.Random) -> pd.DataFrame | None:
    return frame.drop(columns=[chosen.choice(list(frame.columns))]) if len(frame.columns) > 1 else None


def _column_renamed(frame: pd.DataFrame, chosen: random.Random) -> pd.DataFrame | None:
    name = chosen.choice(list(frame.columns))
    return frame.rename(columns={name: f"{name}_"})


def _rows_shuffled(frame: pd.DataFrame, chosen: random.Random) -> pd.DataFrame | None:
    order = list(range(len(frame)))
    chosen.shuffle(order)
    return frame.iloc[order].reset_index(drop=True)


def _columns_shuffled(frame: pd.DataFrame, chosen: random.Random) -> pd.DataFrame | None:
    names = list(frame.columns)
    chosen.shuffle(names)
    return frame[names]


TABLES: dict[str, tuple[str, Change]] = {
    "cell changed": ("", _cell),
    "cell lost": ("", _cell_lost),
    "row lost": ("", _row_lost),
    "row twice": ("", _row_twice),
    "values swapped": ("", _rows_swapped),
    "type": ("", _type),
    "time zone lost": ("", _zone),
    "another time zone": ("", _other_zone),
    "an hour later": ("", _hour),
    "column lost": ("", _column_lost),
    "column renamed": ("", _column_renamed),
    "rows in another order": (FREE, _rows_shuffled),
    "columns in another order": (FREE, _columns_shuffled),
}


# ---------------------------------------------------------------------- JSON and files
def _leaf(value: object, chosen: random.Random) -> object:
    """The value with one of its leaves changed."""
    if isinstance(value, dict) and value:
        key = chosen.choice(sorted(value))
        return {**value, key: _leaf(value[key], chosen)}
    if isinstance(value, list) and value:
        place = chosen.randrange(len(value))
        return [_leaf(item, chosen) if number == place else item for number, item in enumerate(value)]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, dict | list):
        return {"more": None} if isinstance(value, dict) else [None]
    return f"{value} " if isinstance(value, str) else 0


def _files(record: Record, name: str, chosen: random.Random, folder: Path) -> list[Mutation]:
    shutil.copytree(record.folder / "outputs", folder / "outputs")
    there = replace(record, folder=folder)
    path = there.output(name)
    lines = path.read_bytes().split(b"\n")
    lost = replace(record, outputs=tuple(other for other in record.outputs if other != name))
    found = [Mutation("file missing", name, lost)]
    if len([line for line in lines if line]) > 1 and path.suffix in (".csv", ".jsonl"):
        del lines[chosen.randrange(1, len([line for line in lines if line]))]
    elif path.suffix == ".json":
        lines = [json.dumps(_leaf(json.loads(b"\n".join(lines)), chosen)).encode()]
    else:
        lines.append(b"one more")
    path.write_bytes(b"\n".join(lines))
    return [*found, Mutation("file changed", name, there)]
