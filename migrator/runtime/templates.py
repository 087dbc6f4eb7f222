"""Texts with Jinja in them that do more than put values in, rendered as Airflow renders them.

A template sees the names that it is given, and `macros`. A name that is not there is an error, not an empty text.
"""

import time
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from importlib import import_module
from random import random
from types import SimpleNamespace
from typing import Any

import jinja2
import jinja2.nativetypes
import jinja2.sandbox

Filters = Mapping[str, Callable[..., Any]]


def render(template: str, filters: Filters | None = None, /, **names: Any) -> str:
    """The text that the template makes of these names."""
    environment = _Texts(undefined=jinja2.StrictUndefined)
    return str(_rendered(environment, template, filters, names))


def render_native(template: str, filters: Filters | None = None, /, **names: Any) -> Any:
    """The value that the template makes: a number or a list where the text is one, and a lone value as it is."""
    environment = _Values(undefined=jinja2.StrictUndefined)
    return _rendered(environment, template, filters, names)


def ds_add(ds: str, days: int) -> str:
    """A day so many days later, or earlier: `ds_add("2015-01-06", -5)` is "2015-01-01"."""
    return f"{datetime.strptime(str(ds), '%Y-%m-%d') + timedelta(days=days):%Y-%m-%d}"


def ds_format(ds: str, input_format: str, output_format: str) -> str:
    """A date in another form: `ds_format("2015-01-05", "%Y-%m-%d", "%m-%y")` is "01-15"."""
    return datetime.strptime(str(ds), input_format).strftime(output_format)


macros = SimpleNamespace(
    ds_add=ds_add,
    ds_format=ds_format,
    datetime=datetime,
    timedelta=timedelta,
    dateutil=SimpleNamespace(
        **{part: import_module(f"dateutil.{part}") for part in ("parser", "relativedelta", "rrule", "tz")}
    ),
    time=time,
    uuid=uuid,
    random=random,
)


class XComs:
    """What other tasks have left behind, for a template that asks `ti` for it."""

    def __init__(self, known: Mapping[tuple[str, str], Any], **attributes: Any) -> None:
        self._known = known
        vars(self).update(attributes)

    def xcom_pull(
        self, task_ids: "str | list[str] | tuple[str, ...]", key: str = "return_value", **_: Any
    ) -> Any:
        """The value of one task, or a list of the values of several that left one."""
        if isinstance(task_ids, str):
            return self._known[task_ids, key]
        return [value for task in task_ids if (value := self._known[task, key]) is not None]


def _day(value: "date | None") -> str | None:
    return None if value is None else f"{value:%Y-%m-%d}"


def _day_nodash(value: "date | None") -> str | None:
    return None if value is None else f"{value:%Y%m%d}"


def _moment(value: "datetime | None") -> str | None:
    return None if value is None else value.isoformat()


def _moment_nodash(value: "datetime | None") -> str | None:
    return None if value is None else f"{value:%Y%m%dT%H%M%S}"


def _moment_nodash_with_tz(value: "datetime | None") -> str | None:
    return None if value is None else value.isoformat().replace("-", "").replace(":", "")


FILTERS: Filters = {
    "ds": _day,
    "ds_nodash": _day_nodash,
    "ts": _moment,
    "ts_nodash": _moment_nodash,
    "ts_nodash_with_tz": _moment_nodash_with_tz,
}


class _Texts(jinja2.sandbox.SandboxedEnvironment):
    """Names with one underscore may be read, as in Airflow."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not jinja2.sandbox.is_internal_attribute(obj, attr)


class _Values(jinja2.nativetypes.NativeEnvironment):
    """Its texts are read as Python's own literals."""


def _rendered(
    environment: jinja2.Environment, template: str, filters: Filters | None, names: Mapping[str, Any]
) -> Any:
    environment.filters.update({**FILTERS, **(filters or {})})
    return environment.from_string(template, globals={"macros": macros}).render(names)
