"""Runs about one partition of assets: its key is the run's tag `partition_key`, and what the run updates has it too."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

from .dataset_events import PARTITION_DATE, PARTITION_KEY
from .dataset_history import CONSUMED
from .datasets import Part, all_of
from .partition_mappers import IdentityMapper, Mapper, RollupMapper, several

STAMP = "%Y-%m-%dT%H:%M:%S"


def partition_key(run: dg.DagsterRun) -> str | None:
    """The partition that a run is about."""
    return run.tags.get(PARTITION_KEY)


def partition_date(run: dg.DagsterRun) -> datetime | None:
    """The moment that the partition stands for, if it stands for one."""
    found = run.tags.get(PARTITION_DATE)
    return datetime.fromisoformat(found) if found else None


def _tags(key: str, date: datetime | None) -> dict[str, str]:
    dated = {PARTITION_DATE: date.astimezone(timezone.utc).isoformat()} if date else {}
    return {PARTITION_KEY: key, **dated}


def at_partitions(
    job: Any,
    cron: str,
    zone: str,
    key_format: str = STAMP,
    default_status: dg.DefaultScheduleStatus = dg.DefaultScheduleStatus.STOPPED,
) -> dg.ScheduleDefinition:
    """At each tick of a cron expression, a run about the partition of that moment."""

    @dg.schedule(
        name=f"{job.name}_schedule",
        job=job,
        cron_schedule=cron,
        execution_timezone=zone,
        default_status=default_status,
    )
    def at_each_tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        tick = context.scheduled_execution_time.astimezone(ZoneInfo(zone))
        return dg.RunRequest(run_key=tick.isoformat(), tags=_tags(tick.strftime(key_format), tick))

    return at_each_tick


@dataclass
class Awaited:
    """A partition that no run has been asked for yet: the keys that were updated, by address, and those updates."""

    keys: dict[str, list[str]] = field(default_factory=dict)
    updates: dict[str, list[int]] = field(default_factory=dict)
    date: str | None = None

    def note(self, address: str, key: str, number: int, date: datetime | None) -> None:
        """One more update. Two that disagree on the date leave none."""
        self.keys.setdefault(address, []).append(key)
        self.updates.setdefault(address, []).append(number)
        told = date.isoformat() if date else None
        if self.date is None:
            self.date = told
        elif told is not None and told != self.date:
            self.date = None


@dataclass(frozen=True)
class Update:
    """One update of a partition."""

    address: str
    key: str
    number: int
    by: tuple[str, str | None]  # run and step
    date: datetime | None


@dataclass
class Partitions:
    """What a job waits for, and which of it has come."""

    needs: Any
    mapper: Mapper
    mappers: Mapping[str, Mapper]
    awaited: dict[str, Awaited]
    log: Any

    def mapper_of(self, address: str) -> Mapper:
        return self.mappers.get(address, self.mapper)

    def note(self, update: Update) -> None:
        """The partitions that an update is for; one that its mapper cannot place is for none."""
        mapper = self.mapper_of(update.address)
        try:
            keys = several(mapper.to_downstream(update.key))
        except Exception as error:  # a mapper may be given any key, and the others wait
            self.log.warning(f"the partition {update.key!r} of {update.address} has no counterpart: {error}")
            return
        if len(keys) > mapper.max_downstream_keys:
            self.log.error(f"the partition {update.key!r} of {update.address} would become {len(keys)}")
            return
        for key in keys:
            awaited = self.awaited.setdefault(key, Awaited())
            awaited.note(update.address, update.key, update.number, mapper.carried(update.date))

    def ready(self) -> Iterator[tuple[str, Awaited]]:
        """The partitions that nothing is missing for; they are not awaited any more."""
        for key, awaited in list(self.awaited.items()):
            if self.needs.met({address for address in awaited.keys if self._met(address, key, awaited)}):
                yield key, self.awaited.pop(key)

    def _met(self, address: str, key: str, awaited: Awaited) -> bool:
        mapper = self.mapper_of(address)
        if not isinstance(mapper, RollupMapper):
            return True
        try:
            return mapper.met(key, awaited.keys[address])
        except ValueError as error:
            self.log.warning(f"what the partition {key!r} needs of {address} is not known: {error}")
            return False

    def date(self, key: str, awaited: Awaited) -> datetime | None:
        """What the key says, where the mappers agree; else what the updates have said."""
        try:
            dates = {date for address in awaited.keys if (date := self.mapper_of(address).date(key))}
        except ValueError:
            return None
        if not dates:
            return datetime.fromisoformat(awaited.date) if awaited.date else None
        return dates.pop() if len(dates) == 1 else None


def on_partitions(
    job: Any,
    needs: Part,
    mapper: Mapper | None = None,
    mappers: Mapping[str, Mapper] | None = None,
    default_status: dg.DefaultSensorStatus = dg.DefaultSensorStatus.RUNNING,
) -> dg.SensorDefinition:
    """A run for each partition, once the partitions of the datasets that it needs have been updated.

    Args:
        job: What is run, with the tag `partition_key`.
        needs: The datasets; an update without a partition does not count.
        mapper: Says which partition an update is for.
        mappers: Others for single datasets, by address.
        default_status: Of the sensor.
    """
    condition = all_of(needs)

    @dg.sensor(name=f"{job.name}_sensor", job=job, default_status=default_status)
    def when_updated(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        state = json.loads(context.cursor) if context.cursor else {"seen": None, "awaited": {}}
        awaited = {key: Awaited(**each) for key, each in state["awaited"].items()}
        waiting = Partitions(condition, mapper or IdentityMapper(), mappers or {}, awaited, context.log)
        seen: dict[str, int] = {}
        updates: list[Update] = []
        for address in dict.fromkeys(condition.addresses()):
            last = (
                _last(context.instance, address) if state["seen"] is None else state["seen"].get(address, 0)
            )
            found = list(_updates(context.instance, address, last)) if state["seen"] is not None else []
            seen[address] = max([last, *(update.number for update in found)])
            updates += [update for update in found if update.key]
        updates.sort(key=lambda update: update.number)
        requests = []
        for _, together in groupby(updates, key=lambda update: update.by):
            for update in together:
                waiting.note(update)
            for key, done in waiting.ready():
                numbers = sorted(n for each in done.updates.values() for n in each)
                tags = {**_tags(key, waiting.date(key, done)), CONSUMED: json.dumps(done.updates)}
                requests.append(dg.RunRequest(run_key=f"{key} {numbers[-1]}", tags=tags))
        left = {key: vars(each) for key, each in waiting.awaited.items()}
        return dg.SensorResult(requests, cursor=json.dumps({"seen": seen, "awaited": left}))

    return when_updated


def _last(instance: dg.DagsterInstance, address: str) -> int:
    records = instance.fetch_materializations(dg.AssetKey([address]), limit=1).records
    return records[0].storage_id if records else 0


def _updates(instance: dg.DagsterInstance, address: str, after: int) -> Iterator[Update]:
    """Those after a number, the oldest first; one without a partition has an empty key."""
    wanted = dg.AssetRecordsFilter(dg.AssetKey([address]), after_storage_id=after)
    cursor, more = None, True
    while more:
        page = instance.fetch_materializations(wanted, limit=1000, cursor=cursor, ascending=True)
        cursor, more = page.cursor, page.has_more
        for record in page.records:
            told = record.asset_materialization
            assert told is not None
            date = told.metadata.get(PARTITION_DATE)
            yield Update(
                address,
                told.partition or "",
                record.storage_id,
                (record.run_id, record.event_log_entry.step_key),
                datetime.fromisoformat(str(date.value)) if date else None,
            )
