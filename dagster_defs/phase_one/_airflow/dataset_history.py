"""What a step reads of the updates of datasets: those that there have been, and those that have started its run."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import dagster as dg

from .dataset_events import PARTITION_KEY, Asset, AssetAlias, Key, Named, Reference, named

CONSUMED = "dataset_updates"  # a tag: which updates have started a run


@dataclass(frozen=True)
class Event:
    """One update of a dataset. `source_dag_id` is the name of the job that made it, None for one from outside."""

    asset: Asset
    extra: dict[str, Any]
    timestamp: datetime
    source_run_id: str | None
    source_dag_id: str | None
    partition_key: str | None = None
    aliases: tuple[str, ...] = ()
    source_map_index: int = -1

    @property
    def dataset(self) -> Asset:
        return self.asset

    @property
    def uri(self) -> str:
        return self.asset.uri


class Events(Sequence[Event]):
    """The updates of a dataset or through an alias, the oldest first; they are looked up on first use."""

    def __init__(self, of: Named, instance: dg.DagsterInstance) -> None:
        self.of, self.instance = of, instance
        self._found: list[Event] | None = None
        self._after: datetime | None = None
        self._before: datetime | None = None
        self._ascending, self._limit = True, None

    def after(self, after: datetime | str) -> "Events":
        self._after, self._found = _moment(after), None
        return self

    def before(self, before: datetime | str) -> "Events":
        self._before, self._found = _moment(before), None
        return self

    def ascending(self, ascending: bool = True) -> "Events":
        self._ascending, self._found = ascending, None
        return self

    def limit(self, limit: int) -> "Events":
        self._limit, self._found = limit, None  # type: ignore[assignment]  # None at first
        return self

    def _events(self) -> list[Event]:
        if self._found is None:
            found = [
                event
                for event in history(self.instance, self.of)
                if (self._after is None or event.timestamp >= self._after)
                and (self._before is None or event.timestamp <= self._before)
            ]
            self._found = (found if self._ascending else found[::-1])[: self._limit]
        return self._found

    def __getitem__(self, at: Any) -> Any:
        return self._events()[at]

    def __len__(self) -> int:
        return len(self._events())


class EventsRead(Mapping[Named, Events]):
    """The updates of the datasets and aliases that a step says to read: `events[dataset][-1].extra`."""

    def __init__(self, inlets: Iterable["str | Named"], instance: dg.DagsterInstance) -> None:
        self.inlets, self.instance = tuple(map(named, inlets)), instance

    def __getitem__(self, key: Key | int) -> Events:
        if isinstance(key, int):
            return Events(self.inlets[key], self.instance)
        found = key.among(self.inlets) if isinstance(key, Reference) else key
        for inlet in self.inlets:
            if found == inlet or found == getattr(inlet, "uri", None):
                return Events(inlet, self.instance)
        raise KeyError(key)

    def __iter__(self) -> Iterator[Named]:
        return iter(self.inlets)

    def __len__(self) -> int:
        return len(self.inlets)

    def for_asset(self, *, name: str | None = None, uri: str | None = None) -> Events:
        return self[Asset.ref(name=name, uri=uri)]

    def for_asset_alias(self, *, name: str) -> Events:
        return self[AssetAlias(name)]


def events_of(*inlets: "str | Named") -> EventsRead:
    """The updates that there have been of these, for the step that runs."""
    return EventsRead(inlets, dg.OpExecutionContext.get().instance)


def history(instance: dg.DagsterInstance, of: Named) -> Iterator[Event]:
    """All updates of a dataset or through an alias, the oldest first."""
    yield from _found(instance, of, of.key)


def _event(record: dg.EventLogRecord, of: Named) -> Event:
    told = record.asset_materialization
    assert told is not None
    extra = _json(told.metadata.get("extra"))
    of_alias = isinstance(of, AssetAlias)
    return Event(
        Asset(told.partition) if isinstance(of, AssetAlias) else of,
        extra if isinstance(extra, dict) else {},
        datetime.fromtimestamp(record.timestamp, timezone.utc),
        record.run_id or None,
        record.event_log_entry.job_name,
        None if of_alias else told.partition,
        tuple(_json(told.metadata.get("aliases")) or ()),
    )


def _json(value: object) -> Any:
    return value.value if isinstance(value, dg.JsonMetadataValue) else None


class EventsBefore(Mapping[Any, list[Event]]):
    """The updates that have started a run, for each dataset, and for each alias that they came through."""

    def __init__(self, events: dict[Named, list[Event]]) -> None:
        self._events = events

    def __getitem__(self, key: Key) -> list[Event]:
        if isinstance(key, Reference):
            return self._events[key.among(self._events)]
        return self._events[Asset(key) if isinstance(key, str) else key]

    def __iter__(self) -> Iterator[Named]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)

    def for_asset(self, *, name: str | None = None, uri: str | None = None) -> list[Event]:
        return self[Asset.ref(name=name, uri=uri)]

    def for_asset_alias(self, *, name: str) -> list[Event]:
        return self[AssetAlias(name)]


def events_before(run: dg.DagsterRun) -> EventsBefore:
    """Of a run that updates have started; for any other there are none."""
    instance = dg.OpExecutionContext.get().instance
    found: dict[Named, list[Event]] = {}
    partitioned = PARTITION_KEY in run.tags  # then each update is named
    for address, numbers in json.loads(run.tags.get(CONSUMED, "{}")).items():
        dataset = Asset(address)
        if partitioned:
            wanted = dg.AssetRecordsFilter(dataset.key, storage_ids=numbers)
        else:
            wanted = dg.AssetRecordsFilter(
                dataset.key, after_storage_id=numbers[0], before_storage_id=numbers[1] + 1
            )
        for event in _found(instance, dataset, wanted):
            if not partitioned and event.partition_key is not None:
                continue
            keys: list[Named] = [dataset, *map(AssetAlias, event.aliases)]
            for key in keys:
                found.setdefault(key, []).append(event)
    return EventsBefore(found)


def events_by_address(run: dg.DagsterRun) -> dict[str, list[Event]]:
    """As `events_before`, in the way of Airflow 2."""
    found = events_before(run)
    return {dataset.uri: events for dataset, events in found.items() if isinstance(dataset, Asset)}


def _found(
    instance: dg.DagsterInstance, of: Named, wanted: dg.AssetKey | dg.AssetRecordsFilter
) -> Iterator[Event]:
    """These updates, the oldest first."""
    cursor, more = None, True
    while more:
        page = instance.fetch_materializations(wanted, limit=1000, cursor=cursor, ascending=True)
        cursor, more = page.cursor, page.has_more
        yield from (_event(record, of) for record in page.records)


def _moment(given: datetime | str) -> datetime:
    found = datetime.fromisoformat(given) if isinstance(given, str) else given
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
