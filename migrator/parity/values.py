"""Are two values the same? A chain of comparers, each of which knows one kind of value.

A comparer answers None for "not mine", and the next is asked; what nobody claims is not comparable, never a
pass. Exact by default: 1 is not 1.0, True is not 1, a tuple is not a list, None is not NaN. NaN equals NaN,
and 0.0 equals -0.0.
"""

import json
from collections.abc import Callable
from typing import Any

from migrator.findings.redact import HIDDEN, is_secret, redact
from migrator.parity import pickled, plugins
from migrator.parity.literal import readable
from migrator.parity.record import Artifact, Json, Opaque, Parquet
from migrator.parity.verdict import DIFFERENT, EQUAL, NOT_COMPARABLE, WITHIN, How, Outcome

Comparer = Callable[[Artifact, Artifact, How], Outcome | None]
SHOWN = 10  # differences that the detail of a nested value names
WIDE = 120  # characters of a value that the detail shows


def compare(left: Artifact, right: Artifact, how: How) -> Outcome:
    """The verdict of the first comparer that knows what to do with the two."""
    for comparer in COMPARERS:
        outcome = comparer(left, right, how)
        if outcome is not None:
            return outcome
    return Outcome(NOT_COMPARABLE, f"no comparer for {kind(left)} and {kind(right)}")


def kind(value: Artifact) -> str:
    """The type of a value in words."""
    if isinstance(value, Parquet):
        return f"{value.library} table"
    return value.type.removeprefix("builtins.") if isinstance(value, Opaque) else type(value.value).__name__


def kinds(left: Artifact, right: Artifact, how: How) -> Outcome | None:
    """Two values of different kinds differ, whatever they hold."""
    if type(left) is type(right) and (not isinstance(left, Parquet | Opaque) or _same_kind(left, right)):
        return None
    return Outcome(DIFFERENT, f"type: {kind(left)} | {kind(right)}{_near(left, right)}")


def _same_kind(left: Artifact, right: Artifact) -> bool:
    """By name; a class of the DAG file itself is in another module on the other side."""
    one, two = kind(left), kind(right)
    moved = [name for name in (one, two) if name.startswith(pickled.AIRFLOW_MODULE)]
    return one == two or (len(moved) == 1 and one.rpartition(".")[2] == two.rpartition(".")[2])


def _near(left: Artifact, right: Artifact) -> str:
    values = [
        v.near_json if isinstance(v, Opaque) else v.value for v in (left, right) if not isinstance(v, Parquet)
    ]
    if len(values) != 2 or None in values:
        return ""
    return "; as JSON they are the same" if exact(*values) else "; as JSON they differ too"


def tables(left: Artifact, right: Artifact, how: How) -> Outcome | None:
    """Frames, by key."""
    if not isinstance(left, Parquet) or not isinstance(right, Parquet):
        return None
    from migrator.parity import frames

    return frames.compare_frames(left.path, right.path, how)


def nested(left: Artifact, right: Artifact, how: How) -> Outcome | None:
    """JSON values. With a key, a list of records is compared by that key and not by position."""
    if not isinstance(left, Json) or not isinstance(right, Json):
        return None
    one, two = left.value, right.value
    if exact(one, two):
        return Outcome(EQUAL)
    by_key = [_by_key(value, how.key) for value in (one, two)]
    said = ""
    if None not in by_key:
        (one, two), said = by_key, f"by key {', '.join(how.key)}: "
        if exact(one, two):
            return Outcome(EQUAL, said + "the same records in another order")
    return _explain(one, two, how, said)


def exact(left: object, right: object) -> bool:
    """Whether two JSON values are the same to the last digit and type; only lists have an order."""
    one, two = (json.dumps(value, sort_keys=True) for value in (left, right))
    return one == two or _no_negative_zero(one) == _no_negative_zero(two)


def _no_negative_zero(text: str) -> str:
    return json.dumps(json.loads(text, parse_float=lambda digits: float(digits) + 0.0), sort_keys=True)


def _by_key(value: object, key: tuple[str, ...]) -> dict[str, object] | None:
    if (
        not key
        or not isinstance(value, list)
        or not all(isinstance(r, dict) and r.keys() >= set(key) for r in value)
    ):
        return None
    records = {json.dumps([record[column] for column in key]): record for record in value}
    return records if len(records) == len(value) else None


def _explain(left: object, right: object, how: How, said: str) -> Outcome:
    differences = list(_differences(left, right))
    beyond = [d for d in differences if not _within(*d, how)]
    if differences and not beyond:
        return Outcome(WITHIN, f"{said}{len(differences)} values differ by less than their tolerance")
    lines = [
        f"{_place(path)}: {_show_at(path, one)} | {_show_at(path, two)}" for path, one, two in beyond[:SHOWN]
    ]
    more = [f"and {len(beyond) - SHOWN} more"] if len(beyond) > SHOWN else []
    return Outcome(DIFFERENT, said + "; ".join(lines + more))


def _differences(left: object, right: object) -> list[tuple[list[Any], object, object]]:
    from deepdiff import DeepDiff

    # Without zip_ordered_iterables DeepDiff takes [1] and [1.0] for equal: it pairs list items by ==.
    tree = DeepDiff(left, right, view="tree", ignore_nan_inequality=True, zip_ordered_iterables=True)
    levels = [level for group in tree.values() for level in group]
    found = [(level.path(output_format="list"), level.t1, level.t2) for level in levels]
    return sorted(
        found, key=lambda d: [(not isinstance(p, int), p if isinstance(p, int) else 0, str(p)) for p in d[0]]
    )


def _within(path: list[Any], left: object, right: object, how: How) -> bool:
    """Whether the number under a column's name is near enough. A change of type is not."""
    names = [p for p in path if isinstance(p, str)]
    allowed = how.allowed(names[-1]) if names else None
    if (
        allowed is None
        or type(left) is not type(right)
        or not isinstance(left, int | float)
        or isinstance(left, bool)
    ):
        return False
    assert isinstance(right, int | float)
    return allowed.takes(left, right)


def _place(path: list[Any]) -> str:
    return "".join(f"[{p!r}]" for p in path) or "value"


def _show_at(path: list[Any], value: object) -> str:
    """The value, or that there is a text which nobody should read in a report."""
    secret = isinstance(value, str) and any(is_secret(part) for part in path if isinstance(part, str))
    return HIDDEN if secret else _show_text(repr(value))


def opaque(left: Artifact, right: Artifact, how: How) -> Outcome | None:
    """Values that are neither tables nor JSON: by their pickles' bytes, or by a repr that says everything."""
    if not isinstance(left, Opaque) or not isinstance(right, Opaque):
        return None
    if left.path and right.path and left.path.read_bytes() == right.path.read_bytes():
        return Outcome(EQUAL, f"the same pickle of {kind(left)}")
    one, two = readable(left.repr), readable(right.repr)
    if one is None or two is None:
        if (found := _by_pickle(left, right)) is not None:
            return found
        return Outcome(NOT_COMPARABLE, f"{kind(left)}: {_show_text(left.repr)} | {_show_text(right.repr)}")
    return (
        Outcome(EQUAL)
        if one == two
        else Outcome(DIFFERENT, f"{_show_text(left.repr)} | {_show_text(right.repr)}")
    )


def _by_pickle(left: Opaque, right: Opaque) -> Outcome | None:
    """By what their pickles are made of."""
    moved = kind(left) != kind(right)  # the class of the DAG file, which is another module on the other side
    one, two = (
        pickled.read(value.path, value.type.rpartition(".")[0] if moved else "") if value.path else None
        for value in (left, right)
    )
    if one is None or two is None:
        return None
    if one.form == two.form:
        return Outcome(EQUAL, f"{kind(left)}: made of the same")
    if not (one.transparent and two.transparent):
        return None
    return Outcome(DIFFERENT, f"{kind(left)}: {_show_text(left.repr)} | {_show_text(right.repr)}")


def _show_text(text: str) -> str:
    text = redact(text)
    return text if len(text) <= WIDE else text[:WIDE] + "…"


COMPARERS: tuple[Comparer, ...] = (plugins.ask, kinds, tables, nested, opaque)
