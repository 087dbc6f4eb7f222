"""Texts that a run is launched with and that have to be a day or a moment, as Airflow checks them."""

import re
from datetime import date, datetime

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


def is_date(value: str | None) -> str | None:
    """The same text, if it is a day such as 2024-01-31. For `field_validator` of pydantic."""
    if value is not None:
        if not DAY.fullmatch(value):
            raise ValueError(f"{value!r} is no date such as 2024-01-31")
        date.fromisoformat(value)
    return value


def is_date_time(value: str | None) -> str | None:
    """The same text, if it is a moment such as 2024-01-31T06:00:00+00:00."""
    if value is not None:
        if not MOMENT.fullmatch(value.upper()):
            raise ValueError(f"{value!r} is no moment such as 2024-01-31T06:00:00+00:00")
        datetime.fromisoformat(re.sub(r"\.\d+", "", value.upper()).replace("Z", "+00:00"))
    return value
