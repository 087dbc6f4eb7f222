"""Is a text a cron expression that every scheduler takes? Answered without one, so that it is the same anywhere."""

import re

NUMBERS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(MONTH_NAMES, 1)}
DAYS = {name: number for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
DAY, MONTH, WEEKDAY = 2, 3, 4
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
