"""How far two numbers may be apart: absolutely, relatively, or in units in the last place.

Where several are given, one that holds is enough. Each is symmetric: relative is to the larger of the two. A number
is never near nothing, NaN or an infinity.
"""

import math
from typing import Any

from migrator.errors import UsageError
from migrator.record import dataclass

NAMES = {"abs": "absolute", "rel": "relative", "ulp": "ulp"}
BITS = {"float32": 23, "float64": 52}  # of the fraction


@dataclass(frozen=True)
class Tolerance:
    """None: not allowed for in this way."""

    absolute: float | None = None
    relative: float | None = None
    ulp: int | None = None

    def takes(self, left: float, right: float) -> bool:
        """Whether two Python numbers are near enough."""
        if math.isnan(left) or math.isnan(right) or math.isinf(left) or math.isinf(right):
            return False
        gap, larger = abs(left - right), max(abs(left), abs(right))
        return (
            (self.absolute is not None and gap <= self.absolute)
            or (self.relative is not None and gap <= self.relative * larger)
            or (self.ulp is not None and gap <= self.ulp * math.ulp(larger))
        )

    def covers(self, left: Any, right: Any) -> Any:
        """The same as an expression on two numeric columns of an engine."""
        import ibis  # type: ignore[import-untyped]  # it has no types

        gap = _exact(left, right)
        one, two = left.cast("float64"), right.cast("float64")
        larger = ibis.greatest(one.abs(), two.abs())
        found = []
        if self.absolute is not None:
            found.append(gap <= self.absolute)
        if self.relative is not None:
            found.append((one - two).abs() <= larger * self.relative)
        if self.ulp is not None:
            found.append((one - two).abs() <= _last_place(larger, str(left.type())) * self.ulp)
        near = ibis.or_(*found) & ~(one.isnan() | two.isnan() | one.isinf() | two.isinf())
        return near.fill_null(False)

    def __str__(self) -> str:
        parts = {"abs": self.absolute, "rel": self.relative, "ulp": self.ulp}
        return ",".join(f"{name}:{value:g}" for name, value in parts.items() if value is not None)


def _exact(left: Any, right: Any) -> Any:
    """The distance of two columns; of whole numbers and decimals to the last digit."""
    if left.type().is_integer() and right.type().is_integer():
        left, right = left.cast("decimal(38, 0)"), right.cast("decimal(38, 0)")
    elif not (left.type().is_decimal() and right.type().is_decimal()) or left.type().precision > 37:
        left, right = left.cast("float64"), right.cast("float64")
    return (left - right).abs()


def _last_place(size: Any, kind: str) -> Any:
    """The distance from a float to the next one of the same exponent."""
    import ibis

    known = ibis.ifelse(size.isnan() | size.isinf(), ibis.null("float64"), size.nullif(0))
    power = known.log2().floor()
    power = ibis.ifelse(ibis.literal(2.0) ** power > size, power - 1, power)  # a logarithm is rounded
    return ibis.literal(2.0) ** (power - BITS.get(kind, 52))


def parse(text: str) -> Tolerance:
    """`abs:0.01`, `rel:1e-9`, `ulp:4`, several with commas, or a bare number, which is absolute.

    Raises ValueError for anything else.
    """
    given: dict[str, float] = {}
    for part in text.split(","):
        kind, _, number = part.strip().rpartition(":")
        name = NAMES.get(kind or "abs")
        if name is None or name in given:
            raise ValueError(f"{part.strip()!r} is not abs:NUMBER, rel:NUMBER or ulp:NUMBER")
        try:
            given[name] = float(number)
        except ValueError:
            raise ValueError(f"{number!r} is not a number") from None
    return of(**given)


def read(given: float | str) -> Tolerance:
    """As a plan has it. Raises UsageError for what is none."""
    try:
        return parse(given) if isinstance(given, str) else of(absolute=given)
    except ValueError as error:
        raise UsageError(f"tolerance {given!r}: {error}") from error


def of(absolute: float | None = None, relative: float | None = None, ulp: float | None = None) -> Tolerance:
    """A checked tolerance. Raises ValueError where a number is negative, not finite, or where there is none."""
    given = [value for value in (absolute, relative, ulp) if value is not None]
    if not given or any(not math.isfinite(value) or value < 0 for value in given):
        raise ValueError("a tolerance is a number that is not negative")
    if ulp is not None and ulp != int(ulp):
        raise ValueError("ulp is a whole number")
    return Tolerance(absolute, relative, None if ulp is None else int(ulp))
