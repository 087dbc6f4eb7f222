"""Which partitions of one asset belong to which of another, in Airflow's words: 24 hours make a day, and the like."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

DIRECTIVES = {"%Y": r"\d{4}", **dict.fromkeys(("%m", "%d", "%H", "%M", "%S", "%V", "%U", "%W"), r"\d{2}")}
STAMP = "%Y-%m-%dT%H:%M:%S"
MOST = 1000  # what one partition may become, where a mapper does not say


class Mapper:
    """From the key of an updated partition to those of the partitions that need it."""

    max_downstream_keys = MOST

    def to_downstream(self, key: str) -> str | list[str]:
        """The key, or keys."""
        raise NotImplementedError

    def decoded(self, key: str) -> Any:
        """What a key that `to_downstream` has given stands for."""
        return key

    def encoded(self, item: Any) -> str:
        """The key of an updated partition."""
        return str(item)

    def date(self, key: str) -> datetime | None:
        """The moment that a key stands for, if it stands for one."""
        return None

    def carried(self, date: datetime | None) -> datetime | None:
        """The date of the updated partition, if it is that of the other as well."""
        return None


class IdentityMapper(Mapper):
    def to_downstream(self, key: str) -> str:
        return key

    def carried(self, date: datetime | None) -> datetime | None:
        return date


class AllowedKeyMapper(Mapper):
    def __init__(self, allowed_keys: list[str], *, max_downstream_keys: int | None = None) -> None:
        self.allowed_keys, self.max_downstream_keys = allowed_keys, max_downstream_keys or MOST

    def to_downstream(self, key: str) -> str:
        if key not in self.allowed_keys:
            raise ValueError(f"{key!r} is none of {self.allowed_keys}")
        return key


class FixedKeyMapper(Mapper):
    def __init__(self, downstream_key: str, *, max_downstream_keys: int | None = None) -> None:
        self.downstream_key, self.max_downstream_keys = downstream_key, max_downstream_keys or MOST

    def to_downstream(self, key: str) -> str:
        return self.downstream_key


class _StartOf(Mapper):
    """The start of the period that a moment is in."""

    default = ""

    def __init__(
        self,
        *,
        timezone: str = "UTC",
        input_format: str = STAMP,
        output_format: str | None = None,
        max_downstream_keys: int | None = None,
    ) -> None:
        self.zone, self.input_format = ZoneInfo(timezone), input_format
        self.output_format = output_format or self.default
        self.max_downstream_keys = max_downstream_keys or MOST

    def start(self, moment: datetime) -> datetime:
        raise NotImplementedError

    def format(self, moment: datetime) -> str:
        return moment.strftime(self.output_format)

    def to_downstream(self, key: str) -> str:
        moment = datetime.strptime(key, self.input_format)
        local = moment.astimezone(self.zone) if moment.tzinfo else self._local(moment)
        return self.format(self.start(local))

    def _local(self, moment: datetime) -> datetime:
        """Of a time that comes twice the second; one that the clock skips is as much later."""
        second = self._again(moment.replace(tzinfo=self.zone, fold=1))
        if second.replace(tzinfo=None) == moment:
            return second
        return self._again(moment.replace(tzinfo=self.zone))

    def _again(self, moment: datetime) -> datetime:
        return datetime.fromtimestamp(moment.timestamp(), self.zone)

    def decoded(self, key: str) -> datetime:
        return datetime.strptime(key, self.output_format)

    def encoded(self, item: datetime) -> str:
        naive = item.astimezone(self.zone).replace(tzinfo=None) if item.tzinfo else item
        return self._local(naive).strftime(self.input_format)

    def date(self, key: str) -> datetime:
        found = self.start(self.decoded(key))
        return found if found.tzinfo else self._local(found)

    def _parts(self, key: str, *needed: str) -> dict[str, str]:
        """The numbers in a key, for formats that Python writes and cannot read."""
        pieces = re.split(r"(%[YmdHMSVUW]|\{quarter\})", self.output_format)
        pattern = "".join(_group(piece) for piece in pieces)
        found = re.fullmatch(pattern, key)
        parts = found.groupdict() if found else {}
        if not set(needed) <= parts.keys():
            raise ValueError(
                f"{key!r} does not tell {', '.join(needed)} in the format {self.output_format!r}"
            )
        return parts


def _group(piece: str) -> str:
    if piece == "{quarter}":
        return "(?P<quarter>[1-4])"
    return f"(?P<{piece[1]}>{DIRECTIVES[piece]})" if piece in DIRECTIVES else re.escape(piece)


class StartOfHourMapper(_StartOf):
    default = "%Y-%m-%dT%H"

    def start(self, moment: datetime) -> datetime:
        return moment.replace(minute=0, second=0, microsecond=0)


class StartOfDayMapper(_StartOf):
    default = "%Y-%m-%d"

    def start(self, moment: datetime) -> datetime:
        return moment.replace(hour=0, minute=0, second=0, microsecond=0)


class StartOfWeekMapper(_StartOf):
    default = "%Y-%m-%d (W%V)"

    def start(self, moment: datetime) -> datetime:
        monday = moment - timedelta(days=moment.weekday())
        return monday.replace(hour=0, minute=0, second=0, microsecond=0)

    def decoded(self, key: str) -> datetime:
        parts = self._parts(key, "Y", "m", "d")
        return datetime(int(parts["Y"]), int(parts["m"]), int(parts["d"]))


class StartOfMonthMapper(_StartOf):
    default = "%Y-%m"

    def start(self, moment: datetime) -> datetime:
        return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


class StartOfQuarterMapper(_StartOf):
    default = "%Y-Q{quarter}"

    def start(self, moment: datetime) -> datetime:
        month = (moment.month - 1) // 3 * 3 + 1
        return moment.replace(month=month, day=1, hour=0, minute=0, second=0, microsecond=0)

    def format(self, moment: datetime) -> str:
        return moment.strftime(self.output_format).format(quarter=(moment.month - 1) // 3 + 1)

    def decoded(self, key: str) -> datetime:
        parts = self._parts(key, "Y", "quarter")
        return datetime(int(parts["Y"]), int(parts["quarter"]) * 3 - 2, 1)


class StartOfYearMapper(_StartOf):
    default = "%Y"

    def start(self, moment: datetime) -> datetime:
        return moment.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)


# ---------------------------------------------------------------------- of several
class ProductMapper(Mapper):
    """A key of several parts, each with a mapper of its own."""

    def __init__(
        self, *mappers: Mapper, delimiter: str = "|", max_downstream_keys: int | None = None
    ) -> None:
        self.mappers, self.delimiter = mappers, delimiter
        self.max_downstream_keys = max_downstream_keys or MOST

    def to_downstream(self, key: str) -> str:
        pairs = zip(self.mappers, key.split(self.delimiter), strict=True)
        found = [mapper.to_downstream(part) for mapper, part in pairs]
        if not all(isinstance(part, str) for part in found):
            raise TypeError("a mapper of one part gives several keys")
        return self.delimiter.join(map(str, found))

    def date(self, key: str) -> datetime | None:
        parts = key.split(self.delimiter)
        if len(parts) != len(self.mappers):
            return None
        dates = [
            date for mapper, part in zip(self.mappers, parts, strict=True) if (date := mapper.date(part))
        ]
        return dates[0] if len(dates) == 1 else None


class ChainMapper(Mapper):
    """One mapper after another."""

    def __init__(self, *mappers: Mapper, max_downstream_keys: int | None = None) -> None:
        self.mappers, self.max_downstream_keys = mappers, max_downstream_keys or MOST

    def to_downstream(self, key: str) -> str | list[str]:
        keys = [key]
        for mapper in self.mappers:
            keys = [found for each in keys for found in several(mapper.to_downstream(each))]
        return keys[0] if len(keys) == 1 else keys

    def date(self, key: str) -> datetime | None:
        return self.mappers[-1].date(key)


def several(keys: str | list[str]) -> list[str]:
    """What `to_downstream` gives, as a list."""
    return [keys] if isinstance(keys, str) else list(keys)


# ---------------------------------------------------------------------- windows
class Window:
    """Which smaller periods make up a larger one."""

    class Direction(str, Enum):
        BACKWARD = "backward"
        FORWARD = "forward"

    count = 0

    def __init__(self, *, direction: "Window.Direction" = Direction.FORWARD) -> None:
        self.backward = Window.Direction(direction) is Window.Direction.BACKWARD

    def step(self, start: datetime, by: int) -> datetime:
        raise NotImplementedError

    def members(self, start: Any) -> Iterable[Any]:
        first = self.step(start, 1 - self.count) if self.backward else start
        return [self.step(first, by) for by in range(self.count)]


def _window(name: str, count: int, step: Callable[[datetime, int], datetime]) -> type[Window]:
    return type(name, (Window,), {"count": count, "step": lambda self, start, by: step(start, by)})


def _months(start: datetime, by: int) -> datetime:
    if start.day != 1:
        raise ValueError(f"{start.isoformat()} is not the first day of a month")
    months = start.month - 1 + by
    return start.replace(year=start.year + months // 12, month=months % 12 + 1)


HourWindow = _window("HourWindow", 60, lambda start, by: start + timedelta(minutes=by))
DayWindow = _window("DayWindow", 24, lambda start, by: start + timedelta(hours=by))
WeekWindow = _window("WeekWindow", 7, lambda start, by: start + timedelta(days=by))
QuarterWindow = _window("QuarterWindow", 3, _months)
YearWindow = _window("YearWindow", 12, _months)


class MonthWindow(Window):
    """The days of a month; backward, those up to the first day of one."""

    def members(self, start: datetime) -> Iterable[datetime]:
        before, after = _months(start, -1), _months(start, 1)
        if self.backward:
            return [before + timedelta(days=n + 1) for n in range((start - before).days)]
        return [start + timedelta(days=n) for n in range((after - start).days)]


class SegmentWindow(Window):
    """A fixed set of keys."""

    def __init__(self, segments: Iterable[str]) -> None:
        super().__init__()
        self.segments = sorted(set(segments))

    def members(self, start: Any) -> Iterable[str]:
        return self.segments


class WaitForAll:
    """Each of the expected partitions must have been updated."""

    def met(self, found: int, expected: int) -> bool:
        return found == expected


class MinimumCount(WaitForAll):
    """So many of them, or all but so many."""

    def __init__(self, n: int) -> None:
        self.n = n

    def met(self, found: int, expected: int) -> bool:
        return self.n <= found if self.n > 0 else found >= max(0, expected + self.n)


class RollupMapper(Mapper):
    """Several partitions become one, once enough of them have been updated."""

    def __init__(
        self,
        *,
        upstream_mapper: Mapper,
        window: Window,
        wait_policy: WaitForAll | None = None,
        max_downstream_keys: int | None = None,
    ) -> None:
        self.upstream_mapper, self.window = upstream_mapper, window
        self.wait_policy = wait_policy or WaitForAll()
        self.max_downstream_keys = max_downstream_keys or MOST

    def to_downstream(self, key: str) -> str | list[str]:
        return self.upstream_mapper.to_downstream(key)

    def met(self, key: str, updated: Iterable[str]) -> bool:
        """Whether these updates are enough for a partition."""
        members = self.window.members(self.upstream_mapper.decoded(key))
        expected = {self.upstream_mapper.encoded(member) for member in members}
        return self.wait_policy.met(len(expected & set(updated)), len(expected))

    def date(self, key: str) -> datetime | None:
        return self.upstream_mapper.date(key)


SMALLER: dict[type[Window], type[_StartOf]] = {
    DayWindow: StartOfHourMapper,
    WeekWindow: StartOfDayMapper,
    MonthWindow: StartOfDayMapper,
    QuarterWindow: StartOfMonthMapper,
    YearWindow: StartOfMonthMapper,
}


class FanOutMapper(Mapper):
    """One partition becomes several."""

    def __init__(
        self,
        *,
        upstream_mapper: Mapper,
        window: Window,
        downstream_mapper: Mapper | None = None,
        max_downstream_keys: int | None = None,
    ) -> None:
        self.upstream_mapper, self.window = upstream_mapper, window
        self.downstream_mapper = downstream_mapper or SMALLER[type(window)]()
        self.max_downstream_keys = max_downstream_keys or MOST

    def to_downstream(self, key: str) -> list[str]:
        larger = self.upstream_mapper.to_downstream(key)
        if not isinstance(larger, str):
            raise TypeError("the upstream mapper gives several keys")
        return [self._text(member) for member in self.window.members(self.upstream_mapper.decoded(larger))]

    def _text(self, member: Any) -> str:
        if isinstance(self.downstream_mapper, _StartOf):
            return self.downstream_mapper.format(member)
        return member.isoformat() if isinstance(member, datetime) else str(member)

    def date(self, key: str) -> datetime | None:
        return self.downstream_mapper.date(key)
