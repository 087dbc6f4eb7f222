"""The schedule of a DAG, from the values of its arguments."""

import re
from datetime import timedelta

from migrator.ir import (
    Continuous,
    Cron,
    CronPartitions,
    Crons,
    Custom,
    Every,
    Manual,
    Once,
    OnDatasets,
    OnDatasetsOrTime,
    OnPartitions,
    Schedule,
    UnknownSchedule,
)
from migrator.ir.schedule import PRESETS, Condition
from migrator.scan.constructs.dataset import Combined, DatasetLike, DatasetValue, single
from migrator.scan.constructs.timetable import TimetableValue
from migrator.scan.evaluator.classes import Instance
from migrator.scan.evaluator.values import External, Opaque

NAMES = ("schedule", "schedule_interval", "timetable")
CRON = re.compile(r"^\S+(\s+\S+){4,6}$")


def given(args: dict[str, object]) -> tuple[str, object] | None:
    """The argument that says when, and its value; None when there is none."""
    for name in NAMES:
        if name in args and not (name == "timetable" and args[name] is None):
            return name, args[name]
    return None


def schedule(value: object, zone: str, source: str) -> Schedule:
    """What the value of the argument means. `zone` is the DAG's time zone; `source` the argument's text."""
    if value is None:
        return Manual()
    if isinstance(value, str):
        return _text(value, zone)
    if isinstance(value, timedelta):
        return Every(value.total_seconds())
    if isinstance(value, DatasetLike):
        return _datasets(value)
    if isinstance(value, (list, tuple, set)):
        return _several(list(value))
    if isinstance(value, TimetableValue):
        return _timetable(value, zone)
    if isinstance(value, External):
        return Custom(value.name, source)
    if isinstance(value, Instance):
        return Custom(value.of.name, source)
    return UnknownSchedule(_why(value))


def _why(value: object) -> str:
    return value.why if isinstance(value, Opaque) else "a value that is not a schedule"


def _text(value: str, zone: str) -> Schedule:
    text = value.strip()
    if text == "@once":
        return Once()
    if text == "@continuous":
        return Continuous()
    if text in ("@none", "None", ""):
        return Manual() if text else UnknownSchedule("an empty text")
    if text in PRESETS or CRON.match(text):
        return Cron(value, zone)
    return UnknownSchedule(f"{value[:60]!r} is not a cron expression")


def _datasets(value: DatasetLike) -> OnDatasets:
    needs = value.needs if isinstance(value, Combined) else "all"
    nested = isinstance(value, Combined) and any(
        isinstance(p, Combined) and p.needs != needs for p in value.parts
    )
    found = single(value)
    return OnDatasets(
        tuple(one.uri for one in found),
        "expression" if nested else needs,
        _condition(value) if nested else None,
        aliases=tuple(one.uri for one in found if one.is_alias),
        watched=tuple(one.uri for one in found if one.watched),
    )


def _condition(value: DatasetLike) -> Condition:
    if isinstance(value, Combined):
        return (value.needs, *map(_condition, value.parts))
    return single(value)[0].uri


def _several(values: list[object]) -> Schedule:
    if values and all(isinstance(v, DatasetLike) for v in values):
        return _datasets(Combined("all", tuple(v for v in values if isinstance(v, DatasetLike))))
    return UnknownSchedule(
        next((v.why for v in values if isinstance(v, Opaque)), "a list that does not hold datasets")
    )


def _timetable(value: TimetableValue, zone: str) -> Schedule:
    first = value.first("cron")
    named = value.kwargs.get("timezone", value.args[1] if len(value.args) > 1 else zone)
    zone = named if isinstance(named, str) else getattr(named, "key", str(named))
    plain = value.kwargs.get("interval") is None  # a trigger may be given an interval of its own
    if (
        value.kind in ("CronDataIntervalTimetable", "CronTriggerTimetable")
        and isinstance(first, str)
        and plain
    ):
        return Cron(first, zone, interval=value.kind == "CronDataIntervalTimetable")
    if value.kind == "MultipleCronTriggerTimetable" and plain and value.args:
        return _several_crons(value, zone)
    delta = value.first("delta")
    if (
        value.kind in ("DeltaDataIntervalTimetable", "DeltaTriggerTimetable")
        and isinstance(delta, timedelta)
        and plain
    ):
        return Every(delta.total_seconds(), interval=value.kind == "DeltaDataIntervalTimetable")
    if value.kind in ("DatasetOrTimeSchedule", "AssetOrTimeSchedule"):
        return _datasets_or_time(value, zone)
    if value.kind == "PartitionedAssetTimetable":
        return _partitions(value)
    if value.kind == "CronPartitionTimetable" and isinstance(first, str):
        return _cron_partitions(value, first, zone)
    simple: dict[str, Schedule] = {
        "NullTimetable": Manual(),
        "OnceTimetable": Once(),
        "ContinuousTimetable": Continuous(),
    }
    return simple.get(value.kind) or Custom(value.kind, value.source)


def _partitions(value: TimetableValue) -> Schedule:
    waited, own = value.kwargs.get("assets"), value.kwargs.get("partition_mapper_config", {})
    keys = list(own) if isinstance(own, dict) else [None]
    if isinstance(waited, DatasetLike) and all(isinstance(key, DatasetValue) for key in keys):
        addresses = tuple(key.uri for key in keys if isinstance(key, DatasetValue))
        return OnPartitions(value.kind, value.source, _datasets(waited), addresses)
    return Custom(value.kind, value.source)


def _cron_partitions(value: TimetableValue, cron: str, zone: str) -> Schedule:
    form = value.kwargs.get("key_format", "%Y-%m-%dT%H:%M:%S")
    plain = not value.kwargs.get("run_offset") and not value.kwargs.get("run_immediately")
    if isinstance(form, str) and plain:
        return CronPartitions(value.kind, value.source, Cron(cron, zone, interval=False), form)
    return Custom(value.kind, value.source)


def _datasets_or_time(value: TimetableValue, zone: str) -> Schedule:
    named = [value.kwargs[name] for name in ("datasets", "assets") if name in value.kwargs]
    table, awaited = value.kwargs.get("timetable"), named[0] if named else None
    time = _timetable(table, zone) if isinstance(table, TimetableValue) else None
    waited = (
        schedule(awaited, zone, value.source) if isinstance(awaited, (DatasetLike, list, tuple)) else None
    )
    if isinstance(time, (Cron, Crons, Every)) and isinstance(waited, OnDatasets):
        return OnDatasetsOrTime(waited, time)
    return Custom(value.kind, value.source)


def _several_crons(value: TimetableValue, zone: str) -> Schedule:
    named = value.kwargs.get("timezone", zone)
    texts = tuple(a for a in value.args if isinstance(a, str))
    if len(texts) < len(value.args):
        return Custom(value.kind, value.source)
    return Crons(texts, named if isinstance(named, str) else getattr(named, "key", str(named)))
