"""Steps tell of the datasets that they update, and others read it: through addresses, names and aliases."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg
import pytest

from migrator.runtime.dataset_events import (
    Asset,
    AssetAlias,
    Dataset,
    DatasetAlias,
    EventsToSend,
    Metadata,
    events_to_send,
)
from migrator.runtime.dataset_history import Events, events_before, events_by_address, events_of
from migrator.runtime.datasets import all_of, members_of, on_updates, updates

ORDERS = Asset("orders", "s3://shop/orders")
ALIAS = AssetAlias("feeds")


@pytest.fixture(scope="module")
def shared() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


@pytest.fixture
def instance(shared: dg.DagsterInstance) -> dg.DagsterInstance:
    shared.wipe()
    return shared


def run(
    instance: dg.DagsterInstance,
    body: Callable[[dg.OpExecutionContext], Any],
    *outlets: Any,
    tags: Any = None,
) -> dg.ExecuteInProcessResult:
    """One step with this body, which says to update these."""

    @dg.op
    @updates(*outlets)
    def step(context: dg.OpExecutionContext) -> Any:
        return body(context)

    @dg.job
    def feed() -> None:
        step()

    return feed.execute_in_process(instance=instance, tags=tags)


def numbered(number: int) -> Callable[[dg.OpExecutionContext], None]:
    """What tells a number of the orders."""
    return lambda context: events_to_send()[ORDERS].extra.update(n=number)


def told(instance: dg.DagsterInstance, *key: str) -> list[dict[str, Any]]:
    """What was told of the updates of an asset, the first one first."""
    found = instance.fetch_materializations(dg.AssetKey(key), limit=10, ascending=True).records
    return [
        {name: value.value for name, value in record.asset_materialization.metadata.items()}  # type: ignore[union-attr]
        for record in found
    ]


def test_what_is_told_of_an_update_is_its_metadata(instance: dg.DagsterInstance) -> None:
    def body(context: dg.OpExecutionContext) -> None:
        events_to_send()[ORDERS].extra = {"rows": 3}
        events_to_send()[Dataset("s3://elsewhere")].extra = {"not": "declared"}

    run(instance, body, ORDERS.uri)
    assert told(instance, ORDERS.uri) == [{"dagster/uri": ORDERS.uri, "extra": {"rows": 3}}]
    assert told(instance, "s3://elsewhere") == []


def test_a_dataset_without_a_word_is_updated_all_the_same(instance: dg.DagsterInstance) -> None:
    run(instance, lambda context: None, ORDERS.uri)
    assert told(instance, ORDERS.uri) == [{"dagster/uri": ORDERS.uri}]


def test_metadata_are_added_to_what_was_told_before(instance: dg.DagsterInstance) -> None:
    def body(context: dg.OpExecutionContext) -> None:
        events_to_send().tell(Metadata(ORDERS, {"a": 1}))
        events_to_send().tell(Metadata(ORDERS, {"b": 2}))

    run(instance, body, ORDERS.uri)
    assert told(instance, ORDERS.uri)[0]["extra"] == {"a": 1, "b": 2}


def test_an_alias_updates_what_is_added_to_it(instance: dg.DagsterInstance) -> None:
    def body(context: dg.OpExecutionContext) -> None:
        for _ in range(2):  # the same twice is one update
            events_to_send()[ALIAS].add(Dataset("s3://one"), extra={"n": 1})
        events_to_send()[ALIAS].add(Dataset("s3://one"), extra={"n": 2})
        events_to_send()[DatasetAlias("another")].add(Dataset("s3://two"))

    run(instance, body, ALIAS)
    assert [each["extra"] for each in told(instance, "s3://one")] == [{"n": 1}, {"n": 2}]
    assert told(instance, "s3://two") == []
    assert ALIAS.members(instance) == {"s3://one"}


def test_events_are_read_in_their_order(instance: dg.DagsterInstance) -> None:
    for number in range(3):
        run(instance, numbered(number), ORDERS.uri)
    seen: dict[str, Any] = {}

    def body(context: dg.OpExecutionContext) -> None:
        events = events_of(ORDERS)
        seen["all"] = [event.extra["n"] for event in events[ORDERS]]
        seen["last"] = events["s3://shop/orders"][-1].extra
        seen["first two"] = [event.extra["n"] for event in events[0][:2]]
        seen["by name"] = len(events.for_asset(name="orders"))
        seen["newest"] = [e.extra["n"] for e in events[ORDERS].ascending(False).limit(1)]
        seen["from"] = events[ORDERS][0].source_dag_id
        with pytest.raises(KeyError):
            events[Asset("s3://other")]

    run(instance, body)
    assert seen == {
        "all": [0, 1, 2],
        "last": {"n": 2},
        "first two": [0, 1],
        "by name": 3,
        "newest": [2],
        "from": "feed",
    }


def test_the_events_of_an_alias_are_those_that_came_through_it(instance: dg.DagsterInstance) -> None:
    run(instance, lambda context: None, "s3://one")
    run(instance, lambda context: events_to_send()[ALIAS].add(Asset("s3://one"), {"n": 1}), ALIAS)
    [event] = Events(ALIAS, instance)
    assert (event.uri, event.extra) == ("s3://one", {"n": 1})


@dg.job
def report() -> None:
    dg.op(name="nothing")(lambda: None)()


def ask(sensor: dg.SensorDefinition, instance: dg.DagsterInstance, cursor: str | None) -> Any:
    return sensor.evaluate_tick(dg.build_sensor_context(instance, cursor=cursor))


def test_a_job_waits_for_what_is_added_to_an_alias(instance: dg.DagsterInstance) -> None:
    sensor = on_updates(report, members_of("feeds"))
    cursor = ask(sensor, instance, None).cursor
    assert not ask(sensor, instance, cursor).run_requests
    run(instance, lambda context: events_to_send()[ALIAS].add(Asset("s3://one")), ALIAS)
    answer = ask(sensor, instance, cursor)
    assert len(answer.run_requests) == 1
    run(instance, lambda context: None, "s3://one")  # a member, updated by itself
    assert len(ask(sensor, instance, answer.cursor).run_requests) == 1


def test_a_run_knows_the_updates_that_have_started_it(instance: dg.DagsterInstance) -> None:
    sensor = on_updates(report, all_of("s3://shop/orders", members_of("feeds")))
    run(instance, lambda context: None, ORDERS.uri)
    cursor = ask(sensor, instance, None).cursor
    for number in range(2):
        run(instance, numbered(number), ORDERS.uri)
    run(instance, lambda context: events_to_send()[ALIAS].add(Asset("s3://one")), ALIAS)
    [request] = ask(sensor, instance, cursor).run_requests
    seen: dict[str, Any] = {}

    def body(context: dg.OpExecutionContext) -> None:
        events = events_before(context.run)
        seen["orders"] = [event.extra["n"] for event in events[ORDERS]]
        seen["feeds"] = [event.uri for event in events[ALIAS]]
        seen["addresses"] = sorted(events_by_address(context.run))

    run(instance, body, tags=request.tags)
    assert seen == {"orders": [0, 1], "feeds": ["s3://one"], "addresses": ["s3://one", "s3://shop/orders"]}
    run(instance, lambda context: seen.update(by_hand=len(events_before(context.run))))
    assert seen["by_hand"] == 0


@pytest.mark.parametrize("keys", ["", " ", ["us", ""], "x" * 251])
def test_a_partition_needs_a_key(keys: Any) -> None:
    with pytest.raises(ValueError, match="partition"):
        EventsToSend([ORDERS])[ORDERS].add_partitions(keys)


def test_each_partition_is_an_update(instance: dg.DagsterInstance) -> None:
    run(instance, lambda context: events_to_send()[ORDERS].add_partitions(["us", "eu", "us"]), ORDERS.uri)
    assert instance.get_materialized_partitions(ORDERS.key) == {"us", "eu"}
    assert [event.partition_key for event in Events(ORDERS, instance)] == ["eu", "us"]


def test_the_cursor_is_that_of_projects_made_before_there_were_aliases(instance: dg.DagsterInstance) -> None:
    run(instance, lambda context: None, "a")
    cursor = json.loads(ask(on_updates(report, "a"), instance, None).cursor)
    assert list(cursor) == ["a"] and isinstance(cursor["a"], int)
