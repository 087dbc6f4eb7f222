"""Small values that outlive a step: of one task of a run, whatever its try, and of a dataset, whatever the run.

They lie where Dagster keeps the cursors of its sensors, as JSON.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import dagster as dg

from .dataset_events import Asset, Key, Named, Reference, named

NEVER_EXPIRE = timedelta.max


class StateStore:
    """The values of one scope, by key. None is no value."""

    def __init__(self, instance: dg.DagsterInstance, *scope: str) -> None:
        self.storage, self.scope = instance.daemon_cursor_storage, json.dumps(["state", *scope])

    def get(self, key: str, default: Any = None) -> Any:
        stored = self._read(self._name(key))
        if stored is None or (stored["until"] and datetime.fromisoformat(stored["until"]) <= _now()):
            return default
        return stored["value"]

    def set(self, key: str, value: Any, *, retention: timedelta | None = None) -> None:
        """Keep a value, for so long; for good, if that is not said."""
        if value is None:
            raise ValueError("None is no value to keep")
        lasts = retention is None or retention == NEVER_EXPIRE
        until = None if lasts or retention is None else (_now() + retention).isoformat()
        self._write(self._name(key), {"value": value, "until": until})
        if key not in (keys := self._keys()):
            self._write(self.scope, [*keys, key])

    def delete(self, key: str) -> None:
        self._write(self._name(key), None)

    def clear(self) -> None:
        for key in self._keys():
            self.delete(key)

    def _name(self, key: str) -> str:
        return f"{self.scope} {key}"

    def _keys(self) -> list[str]:
        return self._read(self.scope) or []

    def _read(self, name: str) -> Any:
        found = self.storage.get_cursor_values({name}).get(name)
        return json.loads(found) if found else None

    def _write(self, name: str, value: Any) -> None:
        self.storage.set_cursor_values({name: json.dumps(value)})


class DatasetStore(StateStore):
    """Of a dataset; coroutines may ask for it as well."""

    async def aget(self, key: str, default: Any = None) -> Any:
        return self.get(key, default)

    async def aset(self, key: str, value: Any) -> None:
        self.set(key, value)

    async def adelete(self, key: str) -> None:
        self.delete(key)

    async def aclear(self) -> None:
        self.clear()


def task_state(context: dg.OpExecutionContext | dg.AssetExecutionContext) -> StateStore:
    """Of the step that runs; a run that is executed again goes on with what the first one has kept."""
    run = context.run
    step = dg.OpExecutionContext.get().get_step_execution_context().step.key
    return StateStore(context.instance, "task", run.root_run_id or run.run_id, step)


class AssetStates(Mapping[Named, DatasetStore]):
    """The values of the datasets that a step reads or updates; of the only one, without naming it."""

    def __init__(self, instance: dg.DagsterInstance, known: tuple["str | Named", ...]) -> None:
        self.instance = instance
        self.known = tuple(dict.fromkeys(one for one in map(named, known) if isinstance(one, Asset)))

    def __getitem__(self, key: Key) -> DatasetStore:
        found = key.among(self.known) if isinstance(key, Reference) else key
        if found not in self.known or not isinstance(found, Asset):
            raise KeyError(key)
        return DatasetStore(self.instance, "asset", found.uri)

    def __iter__(self) -> Any:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)

    @property
    def only(self) -> DatasetStore:
        if len(self.known) != 1:
            raise ValueError(f"the step has {len(self.known)} datasets: name the one that is meant")
        return self[self.known[0]]

    def get(self, key: Any, default: Any = None) -> Any:
        return self.only.get(key, default)

    def __getattr__(self, name: str) -> Any:
        if name in ("set", "delete", "clear", "aget", "aset", "adelete", "aclear"):
            return getattr(self.only, name)
        raise AttributeError(name)


def asset_states(*known: "str | Named") -> AssetStates:
    """Of these datasets, for the step that runs."""
    return AssetStates(dg.OpExecutionContext.get().instance, known)


def _now() -> datetime:
    return datetime.now(timezone.utc)
