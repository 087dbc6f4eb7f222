"""What a step keeps in a state store is there in its next try, and what it keeps of a dataset in the next run."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg
import pytest

from migrator.runtime.dataset_events import Asset
from migrator.runtime.state_stores import NEVER_EXPIRE, DatasetStore, asset_states, task_state

ORDERS = Asset("orders", "s3://shop/orders")


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


def test_a_step_goes_on_where_its_last_try_has_stopped(instance: dg.DagsterInstance) -> None:
    tries: list[Any] = []

    @dg.op(retry_policy=dg.RetryPolicy(max_retries=1))
    def submit(context: dg.OpExecutionContext) -> None:
        store = task_state(context)
        tries.append(store.get("job"))
        store.set("job", "job-1", retention=NEVER_EXPIRE)
        if len(tries) % 2:
            raise RuntimeError("after it was submitted")

    @dg.job
    def work() -> None:
        submit()

    for _ in range(2):  # another run knows nothing of the first
        assert work.execute_in_process(instance=instance).success
    assert tries == [None, "job-1", None, "job-1"]


def test_a_dataset_keeps_what_one_run_tells_for_the_next(instance: dg.DagsterInstance) -> None:
    seen: list[Any] = []

    @dg.op
    def load() -> None:
        states = asset_states(Asset("orders", "s3://shop/orders"), Asset("other"))
        state = states[Asset.ref(name="orders")]
        seen.append(state.get("runs", 0))
        state.set("runs", seen[-1] + 1)
        with pytest.raises(KeyError):
            states[Asset("unknown")]
        with pytest.raises(ValueError, match="2 datasets"):
            states.get("runs")
        assert asset_states(ORDERS).get("runs") == seen[-1] + 1

    @dg.job
    def work() -> None:
        load()

    for _ in range(3):
        work.execute_in_process(instance=instance)
    assert seen == [0, 1, 2]


def test_values_are_json_and_end_when_they_are_said_to(instance: dg.DagsterInstance) -> None:
    store = DatasetStore(instance, "asset", "of the test")
    store.set("a", {"rows": [1, 2.5, None]})
    store.set("b", 1, retention=timedelta(0))
    asyncio.run(store.aset("c", "x"))
    assert (store.get("a"), store.get("b", "gone"), asyncio.run(store.aget("c"))) == (
        {"rows": [1, 2.5, None]},
        "gone",
        "x",
    )
    store.delete("a")
    assert store.get("a") is None
    store.clear()
    assert store.get("c") is None
    with pytest.raises(ValueError, match="None"):
        store.set("a", None)
