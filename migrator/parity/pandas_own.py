"""What pandas writes down about a frame beside its columns: its index, the kind of its column names, categories.

Parquet has names of text and plain columns alone, so without it a column and an index, 1 and "1" would be the same.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

PLAIN_RANGE = {"kind": "range", "start": 0, "step": 1, "name": None}
TEXT = {"unicode", "string", "empty"}  # of column names; those of a frame without columns are nothing


def about(schema: "pa.Schema", path: Path) -> dict[str, str]:
    """Each fact by its name; those that hold for a plain frame are left out."""
    kept = (schema.metadata or {}).get(b"pandas")
    if not kept:
        return {}
    told: dict[str, Any] = json.loads(kept)
    facts = {"index": _index(told), "column names": _names(told)}
    found = {kind: text for kind, text in facts.items() if text}
    return found | _categories(schema, told, path)


def _index(told: dict[str, Any]) -> str:
    """Which columns are one, or a range that does not count from 0; how long it is, the rows tell."""
    parts = []
    for part in told.get("index_columns") or []:
        if isinstance(part, str):
            parts.append(part)
        elif {name: value for name, value in part.items() if name != "stop"} != PLAIN_RANGE:
            parts.append(f"{part['name'] or ''} from {part['start']} by {part['step']}".strip())
    return ", ".join(parts)


def _names(told: dict[str, Any]) -> str:
    """Levels of column names, where there are several, or where they are no texts."""
    levels = told.get("column_indexes") or []
    kinds = [str(level.get("pandas_type")) for level in levels]
    named = [str(level["name"]) for level in levels if level.get("name") is not None]
    odd = len(kinds) > 1 or not set(kinds) <= TEXT
    return " ".join([*(kinds if odd else []), *(f"called {name}" for name in named)])


def _categories(schema: "pa.Schema", told: dict[str, Any], path: Path) -> dict[str, str]:
    """How many a categorical column has, also of those that no row is in; where their order counts, which."""
    found = {}
    for column in told.get("columns") or []:
        more = column.get("metadata") or {}
        if column.get("pandas_type") == "categorical" and "num_categories" in more:
            name = column["field_name"]
            ordered = _order(path, name) if more.get("ordered") else ""
            found[f"categories of {name}"] = f"{more['num_categories']}{ordered}"
    return found


def _order(path: Path, name: str) -> str:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        batch = next(file.iter_batches(1, columns=[name]), None)
    categories = getattr(batch.column(0), "dictionary", None) if batch is not None else None
    return f": {' < '.join(map(str, categories.to_pylist()))}" if categories is not None else ""
