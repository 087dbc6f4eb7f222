"""A task inside a native job runs in Airflow as it did among its own, with what the native side gives it."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from migrator.runtime.airflow_bridge import AirflowTasks, Ran, Upstream, run_airflow_task
from migrator.runtime.airflow_run import AirflowRun
from migrator.runtime.airflow_shared import MAKER_VARIABLE, release
from migrator.runtime.airflow_values import Opaque, decoded, encoded

DAGS = Path(__file__).parent / "shared_dags"


@pytest.fixture(scope="module", params=["2.7", "2", "3"])
def python(request: pytest.FixtureRequest, airflow_pythons: dict[str, str], airflow27_python: str) -> str:
    return airflow_pythons.get(request.param, airflow27_python)


@pytest.fixture(scope="module")
def bridge(python: str) -> Iterator["Bridged"]:
    """Runs tasks of the DAG `sales`. All runs share one Airflow, as those of one comparison do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MAKER_VARIABLE, str(os.getpid()))
        yield Bridged(AirflowRun(python=python, dags_folder=str(DAGS), conf={"region": "eu"}))
    release(f"runs that {os.getpid()} makes")


class Bridged:
    """Each call is a job of one op, which runs in this process."""

    def __init__(self, airflow: AirflowRun) -> None:
        self.airflow = airflow

    def __call__(self, task_id: str, retries: int = 0, **options: Any) -> Ran:
        return self.all([(task_id, options)], retries)[0]

    def all(self, tasks: list[tuple[str, dict[str, Any]]], retries: int = 0) -> list[Ran]:
        """Several, in one run."""
        found: list[Ran] = []

        @dg.op(retry_policy=dg.RetryPolicy(max_retries=retries))
        def run_them(context: dg.OpExecutionContext, airflow: AirflowRun) -> None:
            for task_id, options in tasks[len(found) :]:
                options = {"date": "2024-01-03", **options}
                found.append(run_airflow_task(context, airflow, "sales", task_id, file="sales.py", **options))

        @dg.job(resource_defs={"airflow": self.airflow})
        def bridged() -> None:
            run_them()

        with dg.DagsterInstance.ephemeral() as instance:
            result = bridged.execute_in_process(instance=instance, raise_on_error=False)
        if not result.success:
            failure = result.failure_data_for_node("run_them")
            assert failure is not None and failure.error is not None
            raise RuntimeError((failure.error.cause or failure.error).message)
        return found


def test_a_task_sees_what_the_native_side_gives_it(bridge: "Bridged") -> None:
    secrets = {"AIRFLOW_CONN_SHOP": "http://ada:secret@shop", "AIRFLOW_VAR_LIMIT": "7"}
    given = {"orders": Upstream(xcoms={"return_value": [1, 2], "other": {"a": None}})}
    ran = bridge("report", inputs=given, env=secrets)
    assert ran.value == {
        "day": "2024-01-03",
        "words": "[1, 2]",
        "orders": [1, 2],
        "other": {"a": None},
        "login": "ada",
        "limit": "7",
        "conf": {"region": "eu"},
        "tries": 1,
    }
    assert ran.xcoms["count"] == 2


def test_several_tasks_of_a_run_share_one_airflow_that_ends_with_it(
    bridge: "Bridged", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(MAKER_VARIABLE)
    first, second = bridge.all([("pid", {}), ("pid", {})])
    assert first.value == second.value
    assert not Path(f"/proc/{first.value}").exists()


@pytest.mark.parametrize("value", [None, "", 1.5, True, [], {"a": [1, None]}, "[1]"], ids=repr)
def test_json_comes_as_it_was_given(bridge: "Bridged", value: Any) -> None:
    kind, text = bridge("kinds", inputs={"orders": value}).value
    assert (kind, text) == (type(value).__name__, repr(value))


def test_tuples_and_dates_pass_both_ways(bridge: "Bridged") -> None:
    ran = bridge("a_tuple")
    number, day = ran.value
    assert (number, str(day)) == (1, "2024-01-03")


def test_frames_pass_both_ways(bridge: "Bridged") -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1, 2], "b": ["x", None]})
    if subprocess.run([str(bridge.airflow.python), "-c", "import pandas, pyarrow"], check=False).returncode:
        with pytest.raises(RuntimeError, match="the value of orders cannot be read in Airflow's Python"):
            bridge("give_back", inputs={"orders": frame})
        return
    back = bridge("give_back", inputs={"orders": frame}).value
    pandas.testing.assert_frame_equal(back, frame)


def test_a_branch_says_what_it_skips(bridge: "Bridged") -> None:
    assert bridge("choose").skips == ["right"]


def test_a_skip_is_no_failure(bridge: "Bridged") -> None:
    ran = bridge("skips")
    assert ran.skipped and ran.value is None


def test_the_trigger_rule_counts_what_is_said_of_the_tasks_before(bridge: "Bridged") -> None:
    assert bridge("one_failed").skipped
    assert not bridge("one_failed", inputs={"orders": Upstream("failed")}).skipped
    with pytest.raises(RuntimeError, match="its trigger rule does not let it"):
        bridge("report", inputs={"orders": Upstream("failed")})


def test_whether_it_runs_may_have_been_decided(bridge: "Bridged") -> None:
    assert not bridge("one_failed", decided=True).skipped
    assert bridge("give_back", states={"orders": "failed"}, decided=True).value is None
    assert bridge("double", inputs={"numbers": [1, 2]}, decided=True).value == [2, 4]


def test_an_asset_cannot_skip_others_and_says_so(bridge: "Bridged") -> None:
    tasks = AirflowTasks("sales", file="sales.py")

    @dg.asset(output_required=False)
    def choose(context: dg.AssetExecutionContext, airflow: AirflowRun) -> Iterator[dg.Output[Any]]:
        yield from tasks.outputs(context, airflow, "choose")

    with pytest.raises(dg.Failure, match="choose skips right, which only ops of a job can do"):
        dg.materialize([choose], resources={"airflow": bridge.airflow})


def test_an_asset_keeps_what_is_read_of_it(bridge: "Bridged") -> None:
    tasks = AirflowTasks("sales", file="sales.py")

    @dg.multi_asset(outs={name: dg.AssetOut(is_required=False) for name in ("pair", "every", "none")})
    def pushed(context: dg.AssetExecutionContext, airflow: AirflowRun) -> Iterator[dg.Output[Any]]:
        yield from tasks.outputs(context, airflow, "a_tuple", keys=["all_xcoms", "missing"])

    done = dg.materialize([pushed], resources={"airflow": bridge.airflow})
    assert done.asset_value("every") == {"return_value": done.asset_value("pair")}
    assert done.asset_value("none") is None


def test_a_failure_has_the_tasks_own_words(bridge: "Bridged") -> None:
    with pytest.raises(RuntimeError, match="fails failed: KeyError: 'no such shop'"):
        bridge("fails")


def test_a_try_that_fails_is_tried_again_by_dagster(bridge: "Bridged") -> None:
    assert bridge("flaky", retries=2).value == 2


def test_a_task_that_defers_is_resumed(bridge: "Bridged") -> None:
    assert bridge("defers").value == "it came"


def test_a_mapped_task_maps_over_what_is_given(bridge: "Bridged") -> None:
    ran = bridge("double", inputs={"numbers": [1, 2, 3]})
    assert ran.value == [2, 4, 6]
    assert bridge("double", inputs={"numbers": [1, 2, 3]}, map_index=1).value == [4]


def test_a_task_or_a_dag_that_is_not_there_is_named(bridge: "Bridged") -> None:
    with pytest.raises(RuntimeError, match="has no task 'repot'"):
        bridge("repot")
    with pytest.raises(RuntimeError, match="has no task 'order', which gives a value"):
        bridge("report", inputs={"order": 1})


def test_only_plain_types_are_read_from_a_pickle(tmp_path: Path) -> None:
    for value in ((1, 2), {1, 2}, b"x", {"a": (1,)}, {1: 2}, 2 + 1j):
        assert decoded(encoded(value, tmp_path, "v"), tmp_path) == value
    written = {**encoded(Path("/etc"), tmp_path, "p"), "type": "pathlib.PosixPath", "repr": "/etc"}
    found = decoded(written, tmp_path)
    assert isinstance(found, Opaque) and found.kind == "pathlib.PosixPath"
    assert encoded(found, tmp_path, "q") == {"opaque": "q.pickle"}
