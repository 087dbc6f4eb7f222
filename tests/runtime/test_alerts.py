"""Who is told of failed runs and stale assets: each change once, and though the telling fails meanwhile."""

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import dagster as dg
import pytest
from dagster._core.definitions.freshness import FreshnessState, FreshnessStateChange

from migrator.runtime.alerts import Alert, tell_of_failures, tell_of_stale, webhook
from tests.daemons import CODE, HOME, daemon_of, make_home, wait_until


@dg.asset
def revenue() -> None: ...


@dg.asset
def segments() -> None: ...


JOB = dg.define_asset_job("shop", selection=[revenue, segments])


class Shop:
    """An instance, the sensor, and who is told."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance, self.told, self.deaf = instance, list[Alert](), False
        self.sensor = tell_of_stale(JOB, [revenue, segments], self.tell, "shop")
        self.cursor: str | None = None

    def tell(self, alert: Alert) -> None:
        if self.deaf and alert.subject == "revenue":
            raise OSError("the chat is down")
        self.told.append(alert)

    def becomes(self, asset: str, state: str) -> None:
        """As the daemon of Dagster reports it."""
        self.instance._report_runless_asset_event(
            FreshnessStateChange(
                key=dg.AssetKey(asset),
                previous_state=FreshnessState.UNKNOWN,
                new_state=FreshnessState(state),
                state_change_timestamp=time.time(),
            )
        )

    def tick(self) -> list[tuple[str, str]]:
        """What was told by it, and the reason that the page shows."""
        before = len(self.told)
        context = dg.build_sensor_context(self.instance, cursor=self.cursor)
        found = self.sensor(context)
        assert isinstance(found, dg.SkipReason)
        self.reason, self.cursor = found.skip_message, context.cursor
        return [(alert.subject, alert.kind) for alert in self.told[before:]]


@pytest.fixture
def shop() -> Iterator[Shop]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield Shop(instance)


def test_an_asset_that_was_never_looked_at_or_is_fresh_is_no_news(shop: Shop) -> None:
    assert shop.tick() == []
    shop.becomes("revenue", "PASS")
    assert shop.tick() == [] and shop.reason == "no asset is stale"


def test_each_change_is_told_once(shop: Shop) -> None:
    shop.becomes("revenue", "WARN")
    assert shop.tick() == [("revenue", "late")]
    assert shop.tick() == [] and shop.reason == "not fresh: revenue"
    shop.becomes("revenue", "FAIL")
    shop.becomes("segments", "FAIL")
    assert shop.tick() == [("revenue", "stale"), ("segments", "stale")]
    shop.becomes("revenue", "PASS")
    assert shop.tick() == [("revenue", "fresh")]
    assert shop.tick() == [] and shop.reason == "not fresh: segments"


def test_what_could_not_be_told_is_told_by_the_next_tick_and_nothing_twice(shop: Shop) -> None:
    shop.becomes("revenue", "FAIL")
    shop.becomes("segments", "FAIL")
    shop.deaf = True
    assert shop.tick() == [("segments", "stale")]
    assert shop.reason == "nobody could be told of revenue; tried again at the next tick"
    shop.deaf = False
    assert shop.tick() == [("revenue", "stale")]


def test_a_failed_run_is_told_with_its_partition_and_the_steps_that_failed() -> None:
    @dg.op
    def load() -> None:
        raise ValueError("no such file")

    @dg.job(partitions_def=dg.DailyPartitionsDefinition("2024-01-01"))
    def orders() -> None:
        load()

    told: list[Alert] = []
    sensor = tell_of_failures(orders, told.append, "orders.v2")
    with dg.DagsterInstance.ephemeral() as instance:
        done = orders.execute_in_process(instance=instance, partition_key="2024-01-05", raise_on_error=False)
        context = dg.build_run_status_sensor_context(
            sensor.name, done.get_run_failure_event(), instance, done.dagster_run
        )
        sensor(context.for_run_failure())
    (alert,) = told
    assert (alert.kind, alert.subject) == ("failed", "orders")
    assert alert.text == "orders.v2 failed for 2024-01-05 in load"
    assert alert.url.endswith(f"/runs/{done.run_id}")


class Chat:
    """A webhook, and what was posted to it."""

    def __init__(self) -> None:
        said = self.said = list[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"])
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def chat() -> Iterator[Chat]:
    chat = Chat()
    yield chat
    chat.server.shutdown()
    chat.server.server_close()


def test_a_webhook_that_no_variable_names_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORDERS_ALERTS", raising=False)
    with pytest.raises(KeyError, match="ORDERS_ALERTS is not set"):
        webhook("ORDERS_ALERTS")(Alert("stale", "shop", "revenue", "revenue is stale", ""))


CODE_OF_DAEMON = """
import dagster as dg
from datetime import timedelta
from migrator.runtime.alerts import tell_of_failures, tell_of_stale, webhook

@dg.asset(freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=2)))
def revenue():
    pass

@dg.op
def load():
    raise ValueError("no such file")

@dg.job(executor_def=dg.in_process_executor)
def orders():
    load()

@dg.sensor(job=orders, minimum_interval_seconds=1, default_status=dg.DefaultSensorStatus.RUNNING)
def once():
    return dg.RunRequest(run_key="once")

shop = dg.define_asset_job("shop", selection=[revenue])
defs = dg.Definitions(
    assets=[revenue],
    jobs=[orders, shop],
    sensors=[once, tell_of_failures(orders, webhook("CHAT"), "orders", every=1),
             tell_of_stale(shop, [revenue], webhook("CHAT"), "shop", every=1)],
)
"""


def test_a_daemon_tells_of_a_stale_asset_and_of_a_failed_run(tmp_path: Path, chat: Chat) -> None:
    (tmp_path / CODE).write_text(CODE_OF_DAEMON, encoding="utf-8")
    with dg.DagsterInstance.from_config(str(make_home(tmp_path))) as instance:
        made_long_ago(instance, "revenue")
    own = {"CHAT": chat.url, "FRESHNESS_DAEMON_INTERVAL_SECONDS": 1}

    def said(text: str) -> int:
        return sum(text in each for each in chat.said)

    with daemon_of(tmp_path, **own) as daemon:
        wait_until(lambda: said("revenue is stale") > 0, tmp_path, daemon)
        with dg.DagsterInstance.from_config(str(tmp_path / HOME)) as instance:
            instance.report_runless_asset_event(dg.AssetMaterialization("revenue"))
        wait_until(lambda: said("revenue is fresh again") and said("orders failed in load"), tmp_path, daemon)
    assert said("revenue is stale") == said("orders failed in load") == 1


def made_long_ago(instance: dg.DagsterInstance, asset: str) -> None:
    """It was materialized three hours ago."""
    instance.report_runless_asset_event(dg.AssetMaterialization(asset))
    (record,) = instance.fetch_materializations(dg.AssetKey(asset), limit=1).records
    old = record.event_log_entry._replace(timestamp=time.time() - 3 * 3600)
    instance.event_log_storage.store_event(old)
