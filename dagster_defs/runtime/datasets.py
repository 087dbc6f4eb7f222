"""Datasets: tasks say which ones they have updated, and updates start jobs.

A dataset is an asset whose key is its address. Something outside of Dagster reports an update of it as a
materialization of that asset.
"""

import functools
import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import dagster as dg

DATE_TAGS = ("logical_date", "airflow/logical_date")  # of native runs, and of those of Airflow tasks


@dataclass(frozen=True)
class Needs:
    """All or any of several datasets, or of such conditions."""

    kind: Callable[[Iterator[bool]], bool]
    parts: tuple["str | Needs", ...]

    def addresses(self) -> Iterator[str]:
        """Of all datasets in it."""
        for part in self.parts:
            if isinstance(part, Needs):
                yield from part.addresses()
            else:
                yield part

    def met(self, updated: set[str]) -> bool:
        """Whether updates of these are enough."""
        return self.kind(p.met(updated) if isinstance(p, Needs) else p in updated for p in self.parts)


def all_of(*parts: str | Needs) -> Needs:
    """Each must have been updated."""
    return Needs(all, parts)


def any_of(*parts: str | Needs) -> Needs:
    """One must have been updated."""
    return Needs(any, parts)


def updates(*addresses: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The step updates datasets, whenever it has ended well and has not been skipped."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            result = function(*args, **kwargs)
            if getattr(result, "skipped", None) is not True:  # of a task that ended elsewhere
                _report(addresses)
            return result

        @functools.wraps(function)
        def generate(*args: Any, **kwargs: Any) -> Iterator[Any]:
            outputs = list(function(*args, **kwargs))  # none: it was skipped
            if outputs:
                _report(addresses)
            yield from outputs

        return generate if inspect.isgeneratorfunction(function) else call

    return decorate


def _report(addresses: tuple[str, ...]) -> None:
    context = dg.OpExecutionContext.get()
    for address in addresses:
        context.log_event(dg.AssetMaterialization(dg.AssetKey([address]), metadata={"dagster/uri": address}))


def on_updates(
    job: Any,
    needs: str | Needs,
    default_status: dg.DefaultSensorStatus = dg.DefaultSensorStatus.RUNNING,
) -> dg.SensorDefinition:
    """A run when the datasets have been updated since the last such run was asked for.

    The cursor holds the number of the last update that was seen of each. A run uses up all of them, and is about
    the moment of the last one.
    """
    condition = all_of(needs) if isinstance(needs, str) else needs
    keys = {address: dg.AssetKey([address]) for address in condition.addresses()}

    @dg.sensor(name=f"{job.name}_sensor", job=job, default_status=default_status)
    def when_updated(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        found = {a: context.instance.fetch_materializations(k, limit=1).records for a, k in keys.items()}
        newest = {address: records[0].storage_id if records else 0 for address, records in found.items()}
        if context.cursor is None:  # what was there before the first look has started nothing
            return dg.SensorResult(cursor=json.dumps(newest))
        seen = json.loads(context.cursor)
        updated = {address for address, number in newest.items() if number > seen.get(address, 0)}
        if not condition.met(updated):
            return dg.SkipReason(f"updated: {', '.join(sorted(updated)) or 'none'}")
        cursor = json.dumps(newest)
        last = max(found[address][0].timestamp for address in updated)
        tags = dict.fromkeys(DATE_TAGS, datetime.fromtimestamp(last, timezone.utc).isoformat())
        return dg.SensorResult([dg.RunRequest(run_key=cursor, tags=tags)], cursor=cursor)

    return when_updated
