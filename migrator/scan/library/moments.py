"""Dates, times and distances: datetime, pendulum, zoneinfo, pytz, Airflow's own. The clock is never read."""

from datetime import date, datetime, time, timedelta, timezone, tzinfo

from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.moments import zone
from migrator.scan.evaluator.values import Call, Opaque
from migrator.scan.registry import VALUES, means

CLOCK = "it reads the clock"

VALUES.update(
    {
        "datetime.timezone.utc": timezone.utc,
        "datetime.UTC": timezone.utc,
        "pytz.UTC": timezone.utc,
        "pytz.utc": timezone.utc,
        "pendulum.UTC": timezone.utc,
        "airflow.utils.timezone.utc": timezone.utc,
        "airflow.sdk.timezone.utc": timezone.utc,
        "datetime.datetime.min": datetime.min,
        "datetime.datetime.max": datetime.max,
    }
)


def _unknown(run: Interpreter, call: Call) -> Opaque:
    for value in [*call.args, *call.kwargs.values()]:
        if isinstance(value, Opaque):
            return run.opaque(value.why, call.site)
    return run.opaque("a date or time that is not known", call.site)


def _build(
    run: Interpreter, call: Call, kind: type, zoned: str | None, default: tzinfo | None = None
) -> object:
    """A date, time or distance from its numbers; `zoned` names the argument that holds the time zone."""
    kwargs = dict(call.kwargs)
    args = list(call.args)
    if zoned is not None:
        given = kwargs.pop(zoned, kwargs.pop("tzinfo", None))
        if len(args) > 7:
            given = args.pop(7)
        found = zone(given) if given is not None else default
        if given is not None and found is None:
            return _unknown(run, call)
        kwargs["tzinfo"] = found
    if call.unknown or any(isinstance(v, Opaque) for v in [*args, *kwargs.values()]):
        return _unknown(run, call)
    try:
        return kind(*args, **kwargs)
    except (TypeError, ValueError, OverflowError):
        return _unknown(run, call)


@means("datetime.datetime")
def datetime_(run: Interpreter, call: Call) -> object:
    return _build(run, call, datetime, "tzinfo")


@means(
    "pendulum.datetime",
    "pendulum.DateTime",
    "pendulum.create",
    "airflow.utils.timezone.datetime",
    "airflow.sdk.timezone.datetime",
)
def aware(run: Interpreter, call: Call) -> object:
    return _build(run, call, datetime, "tz", timezone.utc)


@means("pendulum.naive")
def naive(run: Interpreter, call: Call) -> object:
    return _build(run, call, datetime, "tz")


@means("datetime.date", "pendulum.date")
def date_(run: Interpreter, call: Call) -> object:
    return _build(run, call, date, None)


@means("datetime.time", "pendulum.time")
def time_(run: Interpreter, call: Call) -> object:
    value = _build(run, call, time, None)
    return run.opaque("a time of day", call.site) if isinstance(value, time) else value


@means("datetime.timedelta", "pendulum.duration", "pendulum.Duration")
def timedelta_(run: Interpreter, call: Call) -> object:
    return _build(run, call, timedelta, None)


@means(
    "pendulum.timezone",
    "pendulum.Timezone",
    "pendulum.tz.timezone",
    "pendulum.tz.timezone.Timezone",
    "zoneinfo.ZoneInfo",
    "pytz.timezone",
    "dateutil.tz.gettz",
)
def timezone_(run: Interpreter, call: Call) -> object:
    return zone(call.first("name", default=call.kwargs.get("key"))) or _unknown(run, call)


@means("datetime.timezone")
def offset(run: Interpreter, call: Call) -> object:
    distance = call.first("offset")
    return (
        timezone(distance)
        if isinstance(distance, timedelta) and abs(distance) < timedelta(days=1)
        else _unknown(run, call)
    )


@means(
    "pendulum.parse",
    "pendulum.parser.parse",
    "airflow.utils.timezone.parse",
    "airflow.sdk.timezone.parse",
    "pendulum.from_format",
    "datetime.datetime.fromisoformat",
    "dateutil.parser.parse",
)
def parse(run: Interpreter, call: Call) -> object:
    text = call.first("text")
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None:
        return _unknown(run, call)
    naive_by_default = "datetime" in call.site.text().partition("(")[0] or "dateutil" in call.site.text()
    return (
        found
        if found.tzinfo or naive_by_default
        else found.replace(tzinfo=zone(call.kwargs.get("tz")) or timezone.utc)
    )


@means("datetime.datetime.strptime")
def strptime(run: Interpreter, call: Call) -> object:
    if len(call.args) == 2 and all(isinstance(a, str) for a in call.args):
        try:
            return datetime.strptime(str(call.args[0]), str(call.args[1]))
        except ValueError:
            pass
    return _unknown(run, call)


@means("datetime.datetime.combine")
def combine(run: Interpreter, call: Call) -> object:
    return _unknown(run, call)


@means("pendulum.instance", "airflow.utils.timezone.make_aware", "airflow.utils.timezone.convert_to_utc")
def instance(run: Interpreter, call: Call) -> object:
    value, given = call.first("value"), call.first("tz", 1)
    found = timezone.utc if given is None else zone(given)
    if not isinstance(value, datetime) or found is None:
        return _unknown(run, call)
    return value if value.tzinfo else value.replace(tzinfo=found)


@means(
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "pendulum.now",
    "pendulum.today",
    "pendulum.yesterday",
    "pendulum.tomorrow",
    "airflow.utils.dates.days_ago",
    "airflow.utils.timezone.utcnow",
    "airflow.sdk.timezone.utcnow",
    "time.time",
)
def clock(run: Interpreter, call: Call) -> object:
    return Opaque(CLOCK, call.site.text())
