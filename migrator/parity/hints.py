"""Likely causes of what differs, in words: each is a question that all differing cells of a column answer with yes.

One query for each column, over the differing cells alone. A hint is help for a person and never changes a verdict.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from migrator.parity.engine import errors

if TYPE_CHECKING:
    from migrator.parity.joined import Joined

COLUMNS = 12  # that are explained; more differ by one cause most of the time
DIGITS = range(9)  # to which a number may have been rounded
NOISE = 1e-12  # relative: what the order of a sum changes
SECOND, HOUR, DAY = 1_000_000, 3_600_000_000, 86_400_000_000  # in microseconds

Found = Mapping[str, Any]


def causes(joined: "Joined", changed: list[str], missing: int, extra: int) -> tuple[str, ...]:
    """The hints for the columns in which cells differ, then those for rows that have no counterpart."""
    found = []
    for name in changed[:COLUMNS]:
        column = joined.columns[int(name[1:])]
        with contextlib.suppress(*errors()):  # a question that the engine cannot answer for these values
            found += [f"{column}: {hint}" for hint in _of_column(joined, name)]
    if missing and missing == extra:
        with contextlib.suppress(*errors()):
            found += list(_shifted_rows(joined))
    return tuple(found)


def _of_column(joined: "Joined", name: str) -> Iterator[str]:
    table = joined.table.filter(joined.both & joined.beyond(name))
    left, right = table[f"l_{name}"], table[f"r_{name}"]
    asks, answers = _kind(left, right)
    questions = {"nulls": left.isnull() != right.isnull(), **asks(left, right)}
    wanted = {k: _every(v) if v.type().is_boolean() else v for k, v in questions.items()}
    wanted["total"] = table.count()
    found = table.aggregate(**wanted).to_pyarrow().to_pylist()[0]
    if found["nulls"]:
        yield "no value on one side" + (", empty text on the other" if found.get("empty") else "")
    else:
        yield from answers(found)


def _every(question: Any) -> Any:
    return question.fill_null(False).all()


def _kind(
    left: Any, right: Any
) -> tuple[Callable[[Any, Any], dict[str, Any]], Callable[[Found], Iterator[str]]]:
    kind = left.type()
    if kind.is_string():
        return _text_questions, _text_answers
    if kind.is_numeric() and not kind.is_boolean():
        return _number_questions, _number_answers
    if kind.is_timestamp() or kind.is_date():
        return _time_questions, _time_answers
    return (lambda one, two: {}), (lambda found: iter(()))


def _text_questions(left: Any, right: Any) -> dict[str, Any]:
    one, two = left.try_cast("float64"), right.try_cast("float64")
    return {
        "end": left.rstrip() == right.rstrip(),
        "space": left.strip() == right.strip(),
        "case": left.lower() == right.lower(),
        "number": one == two,
        "empty": left.coalesce(right) == "",
    }


def _text_answers(found: Found) -> Iterator[str]:
    said = {
        "end": "trailing whitespace",
        "space": "whitespace around the text",
        "case": "case of letters",
        "number": "the same numbers, written in another way",
    }
    yield from [words for name, words in said.items() if found[name]][:1]


def _number_questions(left: Any, right: Any) -> dict[str, Any]:
    one, two = left.cast("float64"), right.cast("float64")
    larger = _larger(one, two)
    asked = {
        "sign": one == -two,
        "nan": one.isnan() != two.isnan(),
        "noise": ((one - two).abs() <= larger * NOISE) & ~larger.isnan(),
        "least": (two - one).min(),
        "most": (two - one).max(),
        "times_least": (two / one.nullif(0)).min(),
        "times_most": (two / one.nullif(0)).max(),
    }
    if not left.type().is_integer():
        for digits in DIGITS:
            asked[f"right rounded{digits}"] = _rounded(one, digits) == two
            asked[f"left rounded{digits}"] = _rounded(two, digits) == one
            asked[f"right cut{digits}"] = _cut(one, digits) == two
            asked[f"left cut{digits}"] = _cut(two, digits) == one
    return asked


def _larger(one: Any, two: Any) -> Any:
    import ibis  # type: ignore[import-untyped]  # it has no types

    return ibis.greatest(one.abs(), two.abs())


def _rounded(number: Any, digits: int) -> Any:
    """To no digits by hand: engines make whole numbers of it, which may not hold it."""
    return number.round(digits) if digits else _cut(number + number.sign() * 0.5, 0)


def _cut(number: Any, digits: int) -> Any:
    scale = 10.0**digits
    return (number * scale - number * scale % 1) / scale


def _number_answers(found: Found) -> Iterator[str]:
    rounded, cut = _digits(found, "rounded"), _digits(found, "cut")
    if found["nan"]:
        yield "NaN on one side"
    elif found["sign"]:
        yield "sign"
    elif found["noise"]:
        yield "the last digits of a float: another order of summation, most often"
    elif rounded is not None:
        yield f"rounding at {rounded} digits"
    elif cut is not None:
        yield f"cut off after {cut} digits"
    elif found["total"] > 1 and _same(found["least"], found["most"]):
        yield f"always {found['most']:+g}"
    elif found["total"] > 1 and _same(found["times_least"], found["times_most"]):
        yield f"always {found['times_most']:g} times as much"


def _digits(found: Found, how: str) -> int | None:
    """After how many digits one side ends, and always the same one."""
    return next((n for n in DIGITS for side in ("left", "right") if found.get(f"{side} {how}{n}")), None)


def _same(one: float | None, two: float | None) -> bool:
    return one is not None and two is not None and abs(one - two) <= 1e-9 * abs(two)


def _time_questions(left: Any, right: Any) -> dict[str, Any]:
    one, two = left.cast("timestamp(6)"), right.cast("timestamp(6)")
    gap = two.delta(one, unit="microsecond")
    return {
        "least": gap.min(),
        "most": gap.max(),
        "hours": gap % HOUR == 0,
        "quarters": gap % (HOUR // 4) == 0,
        "cut": one.truncate("s") == two.truncate("s"),
    }


def _time_answers(found: Found) -> Iterator[str]:
    yield from _shift(int(found["least"]), int(found["most"]), found)
    if found["cut"]:
        yield "parts of a second"


def _shift(least: int, most: int, found: Found) -> Iterator[str]:
    if least == most and least % DAY == 0:
        yield f"off by exactly {_signed(least // DAY, 'day')}: the other end of the interval, most often"
    elif least == most and least % HOUR == 0:
        yield f"time zone: shifted by exactly {_signed(least // HOUR, 'hour')}"
    elif least == most and found.get("quarters"):
        yield f"time zone: shifted by exactly {least / HOUR:+g} hours"
    elif found.get("hours") and most - least == HOUR:
        yield f"time zone with summer time: shifted by {least // HOUR:+d} or {_signed(most // HOUR, 'hour')}"
    elif least == most and abs(least) >= SECOND:
        yield f"always shifted by {least / SECOND:+g} seconds"


def _signed(number: int, unit: str) -> str:
    return f"{number:+d} {unit}" + ("" if abs(number) == 1 else "s")


def _shifted_rows(joined: "Joined") -> Iterator[str]:
    """As many rows on either side alone: perhaps the same ones at another time."""
    table = joined.table
    for name in joined.names:
        if not (table[f"l_{name}"].type().is_timestamp() or table[f"l_{name}"].type().is_date()):
            continue
        one, two = (table[f"{side}_{name}"].cast("timestamp(6)") for side in "lr")
        left, right = table["r_n"].isnull(), table["l_n"].isnull()
        ends = [
            edge(where=alone)
            for edge, alone in ((one.min, left), (one.max, left), (two.min, right), (two.max, right))
        ]
        found = table.aggregate(
            least=ends[2].delta(ends[0], unit="microsecond"), most=ends[3].delta(ends[1], unit="microsecond")
        ).to_pyarrow().to_pylist()[0]  # fmt: skip
        if found["least"] and found["least"] == found["most"]:
            hints = _shift(
                int(found["least"]), int(found["most"]), {"quarters": not found["least"] % (HOUR // 4)}
            )
            yield from (
                f"rows without a counterpart, by {joined.columns[int(name[1:])]}: {hint}" for hint in hints
            )
