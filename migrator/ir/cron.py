"""What a cron expression says, answered without a scheduler, so that it is the same anywhere.

Times are those on the clock of the schedule's own zone, without an offset.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from itertools import product

NUMBERS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(MONTH_NAMES, 1)}
DAYS = {name: number for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
DAY, MONTH, WEEKDAY = 2, 3, 4
DAY_LENGTH, HOUR, MINUTE = 86400, 3600, 60
LONGEST = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
ITEM = re.compile(r"^(?:\*|(?P<first>[a-z]{3}|\d+)(?:-(?P<last>[a-z]{3}|\d+))?)(?:/(?P<step>\d+))?$")
NTH = re.compile(r"^(?P<day>[a-z]{3}|\d)#[1-5]$|^l(?P<last>[0-7])$")


def is_cron(text: str) -> bool:
    """Five fields, each in range, and some day that all of them allow. `L`, `L5` and `5#3` are known."""
    fields = text.lower().split()
    if len(fields) != 5:
        return False
    items = [(place, item) for place, field in enumerate(fields) for item in field.split(",")]
    return all(_is_item(item, place) for place, item in items) and _has_a_day(fields)


def _is_item(item: str, place: int) -> bool:
    if (place in (DAY, WEEKDAY) and item == "?") or (place == DAY and item == "l"):
        return True
    if place == WEEKDAY and (match := NTH.match(item)):
        return match["last"] is not None or _number(match["day"], place) is not None
    match = ITEM.match(item)
    if match is None or match["step"] == "0" * len(match["step"] or "1"):
        return False
    return all(_number(match[end], place) is not None for end in ("first", "last") if match[end])


def _number(text: str, place: int) -> int | None:
    """The number of a name or of digits; None when it is out of range."""
    names = MONTHS if place == MONTH else DAYS if place == WEEKDAY else {}
    number = names.get(text, int(text) if text.isdigit() else -1)
    low, high = NUMBERS[place]
    return number if low <= number <= high else None


def _has_a_day(fields: list[str]) -> bool:
    """Not the 31st of February only."""
    days = [_number(item, DAY) for item in fields[DAY].split(",")]
    months = [_number(item, MONTH) for item in fields[MONTH].split(",")]
    if None in days or None in months:
        return True
    return any(day <= LONGEST.get(month, 31) for day in days if day for month in months if month)


def ticks(cron: str, after: datetime, days: int = 366 * 9) -> Iterator[datetime]:
    """The times after one, for so many days. An `L` or `5#3` is taken for any day."""
    fields = cron.lower().split()
    times = [(hour, minute) for hour, minute in product(_numbers(fields[1], 1), _numbers(fields[0], 0))]
    for count in range(days):
        day = after.date() + timedelta(days=count)
        for hour, minute in times if _allows(fields, day) else ():
            tick = datetime(day.year, day.month, day.day, hour, minute)
            if tick > after:
                yield tick


def has_plain_days(cron: str) -> bool:
    """Whether `ticks` knows the days exactly."""
    fields = cron.lower().split()
    return not any(re.search(r"#|\?|^l|,l", fields[place]) for place in (DAY, WEEKDAY))


def _allows(fields: list[str], day: date) -> bool:
    """A day of the month and one of the week are alternatives when both are given."""
    if day.month not in _numbers(fields[MONTH], MONTH):
        return False
    of_month = _matches(fields[DAY], day.day, DAY)
    of_week = _matches(fields[WEEKDAY], day.isoweekday() % 7, WEEKDAY)
    both = fields[DAY] != "*" and fields[WEEKDAY] != "*"
    return of_month or of_week if both else of_month and of_week


def _matches(field: str, number: int, place: int) -> bool:
    """Whether a field allows a number; one with an `L`, `#` or `?` is taken to allow all."""
    if re.search(r"#|\?|^l|,l", field):
        return True
    found = _numbers(field, place)
    return number in found or (place == WEEKDAY and number == 0 and 7 in found)


def _numbers(field: str, place: int) -> list[int]:
    """What a field allows, in order."""
    found: set[int] = set()
    for item in field.split(","):
        if (match := ITEM.match(item)) is None:
            continue
        low, high = NUMBERS[place]
        if match["first"]:
            low = _number(match["first"], place) or 0
            high = (_number(match["last"], place) or 0) if match["last"] else high if match["step"] else low
        step = int(match["step"] or 1)
        if low > high:  # such as FRI-MON
            found.update(range(low, NUMBERS[place][1] + 1, step))
            low = NUMBERS[place][0]
        found.update(range(low, high + 1, step))
    return sorted(found)


def as_cron(seconds: float, start_date: str) -> str | None:
    """The cron expression, in UTC, of a fixed distance from a start; None where there is none."""
    start = datetime.fromisoformat(start_date.replace("Z", "+00:00"))
    start = start.astimezone(timezone.utc) if start.tzinfo else start
    if start.second or start.microsecond:
        return None
    if seconds == 7 * DAY_LENGTH:
        return f"{start.minute} {start.hour} * * {(start.weekday() + 1) % 7}"
    if seconds == DAY_LENGTH:
        return f"{start.minute} {start.hour} * * *"
    if seconds < DAY_LENGTH and seconds % HOUR == 0 and DAY_LENGTH % seconds == 0:
        return f"{start.minute} {_steps(start.hour, int(seconds // HOUR), 24)} * * *"
    if seconds < HOUR and seconds % MINUTE == 0 and HOUR % seconds == 0:
        return f"{_steps(start.minute, int(seconds // MINUTE), 60)} * * * *"
    return None


def _steps(first: int, step: int, size: int) -> str:
    return "*" if step == 1 else ",".join(str(n) for n in range(first % step, size, step))
