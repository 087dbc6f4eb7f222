"""Datasets as the code of a step names them (assets, in Airflow 3), and what it tells of those that it updates.

A dataset is an asset whose key is its address, and an update of it is a materialization; what was told of the
update is its metadata `extra`. An alias is an asset as well: its partitions are the datasets that it stands for.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import dagster as dg

PARTITION_KEY, PARTITION_DATE = "partition_key", "partition_date"  # tags of a run about one partition
OF_ALIASES = "dataset_alias"  # the first part of their keys


class Asset:
    """A dataset. Two of one address are the same."""

    def __init__(
        self,
        name: str | None = None,
        uri: str | None = None,
        *,
        group: str = "asset",
        extra: dict[str, Any] | None = None,
    ) -> None:
        self.name, self.uri = name or uri or "", uri or name or ""
        self.group, self.extra = group, extra or {}

    @staticmethod
    def ref(*, name: str | None = None, uri: str | None = None) -> "Reference":
        """One of those that the step knows, by its name or its address."""
        return Reference(name, uri)

    @property
    def key(self) -> dg.AssetKey:
        """Of the asset that stands for it."""
        return dg.AssetKey([self.uri])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Asset) and self.uri == other.uri

    def __hash__(self) -> int:
        return hash(self.uri)

    def __fspath__(self) -> str:
        return self.uri

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r}, uri={self.uri!r})"


class Dataset(Asset):
    """As Airflow 2 writes it."""

    def __init__(self, uri: str, extra: dict[str, Any] | None = None) -> None:
        super().__init__(uri, extra=extra)

    def __repr__(self) -> str:
        return f"Dataset(uri={self.uri!r})"


@dataclass(frozen=True)
class Reference:
    """A dataset that is only named."""

    name: str | None = None
    uri: str | None = None

    def among(self, known: "Iterable[Asset | AssetAlias]") -> Asset:
        """The one that is meant."""
        for one in known:
            if isinstance(one, Asset) and (one.name == self.name if self.name else one.uri == self.uri):
                return one
        raise KeyError(self)


@dataclass(frozen=True)
class AssetAlias:
    """A name for datasets that steps add while they run."""

    name: str
    group: str = field(default="asset", compare=False)

    @property
    def key(self) -> dg.AssetKey:
        """Of the asset that stands for it."""
        return dg.AssetKey([OF_ALIASES, self.name])

    def members(self, instance: dg.DagsterInstance) -> set[str]:
        """The addresses of the datasets that were ever added to it."""
        return instance.get_materialized_partitions(self.key)


DatasetAlias = AssetAlias
Named: TypeAlias = Asset | AssetAlias
Key: TypeAlias = Asset | AssetAlias | Reference | str


def named(given: "str | Named") -> Named:
    """A text is the address of a dataset."""
    return Asset(given) if isinstance(given, str) else given


@dataclass(frozen=True)
class Metadata:
    """What a step tells of an update; through an alias, if one is given."""

    asset: Asset | str
    extra: dict[str, Any] = field(default_factory=dict)
    alias: AssetAlias | str | None = None


# ---------------------------------------------------------------------- what a step tells
@dataclass
class EventToSend:
    """What is told of the update of one dataset; for an alias, which datasets were updated through it."""

    key: Named
    known: tuple[Named, ...]
    extra: dict[str, Any] = field(default_factory=dict)
    added: list[tuple[Asset, dict[str, Any]]] = field(default_factory=list)
    partition_keys: set[str] = field(default_factory=set)

    def add(self, dataset: "Asset | Reference | str", extra: dict[str, Any] | None = None) -> None:
        """Through this alias, a dataset was updated."""
        if isinstance(self.key, AssetAlias):
            found = dataset.among(self.known) if isinstance(dataset, Reference) else named(dataset)
            assert isinstance(found, Asset)
            self.added.append((found, extra or {}))

    def add_partitions(self, keys: str | list[str]) -> None:
        """These partitions of the dataset were updated."""
        if isinstance(self.key, AssetAlias):
            raise TypeError("an alias has no partitions")
        several = [keys] if isinstance(keys, str) else keys
        if not all(key.strip() and len(key) <= 250 for key in several):
            raise ValueError(f"the key of a partition is empty or too long: {several!r}")
        self.partition_keys.update(several)


class EventsToSend(Mapping[Named, EventToSend]):
    """What a step tells of the datasets that it updates: `events[dataset].extra = {...}`."""

    def __init__(self, outlets: Iterable["str | Named"] = ()) -> None:
        self.outlets = tuple(map(named, outlets))
        self._events: dict[Named, EventToSend] = {}

    def __getitem__(self, key: Key) -> EventToSend:
        if isinstance(key, str):  # the name of an alias, or the address of a dataset
            found = next((o for o in self.outlets if o == AssetAlias(key)), Asset(key))
        else:
            found = key.among(self.outlets) if isinstance(key, Reference) else key
        return self._events.setdefault(found, EventToSend(found, self.outlets))

    def __iter__(self) -> Iterator[Named]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)

    def for_asset(self, *, name: str | None = None, uri: str | None = None) -> EventToSend:
        return self[Asset.ref(name=name, uri=uri)]

    def for_asset_alias(self, *, name: str) -> EventToSend:
        return self[AssetAlias(name)]

    def tell(self, told: Metadata) -> None:
        """What Airflow does with a `Metadata` that a task yields."""
        self[told.asset].extra.update(told.extra)
        if told.alias:
            alias = AssetAlias(told.alias) if isinstance(told.alias, str) else told.alias
            self[alias].add(told.asset, told.extra)

    def materializations(self, tags: Mapping[str, str]) -> Iterator[dg.AssetMaterialization]:
        """For the datasets and aliases that the step declares, and no others. `tags` are those of the run.

        What a run about one partition updates is that partition, if the step does not name others.
        """
        own, date = tags.get(PARTITION_KEY), tags.get(PARTITION_DATE)
        dated = {PARTITION_DATE: date} if date else {}
        through: dict[tuple[str, str], tuple[dict[str, Any], set[AssetAlias]]] = {}
        for outlet in dict.fromkeys(self.outlets):
            event = self[outlet]
            if isinstance(outlet, Asset):
                partitions: list[str | None] = [*sorted(event.partition_keys)]
                for partition in partitions or [own]:
                    more = dated if partition == own else {}
                    yield _materialization(outlet.uri, outlet.key, event.extra, partition, more)
                continue
            for member, extra in event.added:
                same = (member.uri, json.dumps(extra, sort_keys=True, default=str))
                through.setdefault(same, (extra, set()))[1].add(outlet)
        for (address, _), (extra, aliases) in through.items():
            several = sorted(aliases, key=lambda alias: alias.name)
            told = {"aliases": dg.MetadataValue.json([alias.name for alias in several])}
            yield _materialization(address, dg.AssetKey([address]), extra, own, {**told, **dated})
            for alias in several:
                yield _materialization(address, alias.key, extra, address)


def _materialization(
    address: str,
    key: dg.AssetKey,
    extra: dict[str, Any],
    partition: str | None,
    more: Mapping[str, Any] | None = None,
) -> dg.AssetMaterialization:
    told = {"extra": dg.MetadataValue.json(extra)} if extra else {}
    metadata: dict[str, Any] = {"dagster/uri": address, **told, **(more or {})}
    return dg.AssetMaterialization(key, partition=partition, metadata=metadata)


of_step: ContextVar[EventsToSend | None] = ContextVar("events_to_send", default=None)


def events_to_send() -> EventsToSend:
    """What the step that runs tells; nobody hears it of a step that updates nothing."""
    events = of_step.get()
    return EventsToSend() if events is None else events
