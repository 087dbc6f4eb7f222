"""Datasets: tasks say which ones they have updated, and updates start jobs.

A dataset is an asset whose key is its address. Something outside of Dagster reports an update of it as a
materialization of that asset.
"""

import functools
import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, TypeAlias

import dagster as dg

from .dataset_events import AssetAlias, EventsToSend, Named, of_step
from .dataset_history import CONSUMED

DATE_TAGS = ("logical_date", "airflow/logical_date")  # of native runs, and of those of Airflow tasks


Part: TypeAlias = "str | AssetAlias | Needs"


@dataclass(frozen=True)
class Needs:
    """All or any of several datasets, of the members of aliases, or of such conditions."""

    kind: Callable[[Iterator[bool]], bool]
    parts: tuple[Part, ...]

    def resolved(self, instance: dg.DagsterInstance) -> "Needs":
        """With the datasets that each alias stands for by now; any of them will do."""
        return Needs(self.kind, tuple(_resolved(part, instance) for part in self.parts))

    def addresses(self) -> Iterator[str]:
        """Of all datasets in it."""
        for part in self.parts:
            if isinstance(part, str):
                yield part
            elif isinstance(part, Needs):
                yield from part.addresses()

    def met(self, updated: set[str]) -> bool:
        """Whether updates of these are enough."""
        return self.kind(p.met(updated) if isinstance(p, Needs) else p in updated for p in self.parts)


def _resolved(part: Part, instance: dg.DagsterInstance) -> Part:
    if isinstance(part, str):
        return part
    if hasattr(part, "members"):  # an alias, whichever of the project's copies of this file has made it
        return any_of(*sorted(part.members(instance)))
    return part.resolved(instance)


def all_of(*parts: Part) -> Needs:
    """Each must have been updated."""
    return Needs(all, parts)


def any_of(*parts: Part) -> Needs:
    """One must have been updated."""
    return Needs(any, parts)


def members_of(alias: str) -> AssetAlias:
    """The datasets that steps add to an alias."""
    return AssetAlias(alias)


def updates(*outlets: str | Named) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The step updates datasets, whenever it has ended well and has not been skipped.

    Of an alias those are updated that the step has added to it.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with _telling(outlets) as events:
                result = function(*args, **kwargs)
            if getattr(result, "skipped", None) is not True:  # of a task that ended elsewhere
                _report(events)
            return result

        @functools.wraps(function)
        def generate(*args: Any, **kwargs: Any) -> Iterator[Any]:
            with _telling(outlets) as events:
                outputs = list(function(*args, **kwargs))  # none: it was skipped
            if outputs:
                _report(events)
            yield from outputs

        return generate if inspect.isgeneratorfunction(function) else call

    return decorate


@contextmanager
def _telling(outlets: tuple[str | Named, ...]) -> Iterator[EventsToSend]:
    """What the step tells of its updates meanwhile."""
    events = EventsToSend(outlets)
    before = of_step.set(events)
    try:
        yield events
    finally:
        of_step.reset(before)


def _report(events: EventsToSend) -> None:
    context = dg.OpExecutionContext.get()
    for materialization in events.materializations(context.run.tags):
        context.log_event(materialization)


def on_updates(
    job: Any,
    needs: Part,
    default_status: dg.DefaultSensorStatus = dg.DefaultSensorStatus.RUNNING,
) -> dg.SensorDefinition:
    """A run when the datasets have been updated since the last such run was asked for.

    The cursor holds the number of the last update that was seen of each. A run uses up all of them, and is about
    the moment of the last one.
    """
    condition = all_of(needs)

    @dg.sensor(name=f"{job.name}_sensor", job=job, default_status=default_status)
    def when_updated(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        awaited = condition.resolved(context.instance)
        found = {a: _newest(context.instance, a) for a in awaited.addresses()}
        newest = {address: record.storage_id if record else 0 for address, record in found.items()}
        if context.cursor is None:  # what was there before the first look has started nothing
            return dg.SensorResult(cursor=json.dumps(newest))
        seen = json.loads(context.cursor)
        updated = {address for address, number in newest.items() if number > seen.get(address, 0)}
        if not awaited.met(updated):
            return dg.SkipReason(f"updated: {', '.join(sorted(updated)) or 'none'}")
        cursor = json.dumps(newest)
        last = max(record.timestamp for address in updated if (record := found[address]))
        tags = dict.fromkeys(DATE_TAGS, datetime.fromtimestamp(last, timezone.utc).isoformat())
        tags[CONSUMED] = json.dumps({a: [seen.get(a, 0), newest[a]] for a in sorted(updated)})
        return dg.SensorResult([dg.RunRequest(run_key=cursor, tags=tags)], cursor=cursor)

    return when_updated


def _newest(instance: dg.DagsterInstance, address: str) -> dg.EventLogRecord | None:
    """The last update of a dataset, but for those of one partition: they start nothing but runs about partitions."""
    cursor, more = None, True
    while more:
        page = instance.fetch_materializations(
            dg.AssetKey([address]), limit=100 if cursor else 1, cursor=cursor
        )
        cursor, more = page.cursor, page.has_more
        for record in page.records:
            if record.asset_materialization is None or record.asset_materialization.partition is None:
                return record
    return None
