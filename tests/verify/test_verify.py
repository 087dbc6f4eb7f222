"""What was written is loaded by Dagster, and compared with what was read."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from migrator.emit.write import write
from migrator.errors import UsageError, VerificationError
from migrator.ir import Cron, Dag, Origin, Task
from migrator.manifest import DagEntry, Manifest, TaskEntry
from migrator.verify.loads import load
from migrator.verify.same_graph import check, plain, verify

HERE = Origin("a.py")
PROJECT = """
import dagster as dg

daily = dg.DailyPartitionsDefinition("2024-01-01")
shop = dict(key_prefix="shop", partitions_def=daily)


@dg.asset(**shop, retry_policy=dg.RetryPolicy(max_retries=2))
def extract(): ...


@dg.asset(**shop, ins={"rows": dg.AssetIn(key=["shop", "extract"])})
def load(rows): ...


@dg.asset(**shop, deps=[load, ["shop", "extract"]])
def report(): ...


shop_job = dg.define_asset_job("shop", selection=[extract, load, report])


@dg.op(out=dg.DynamicOut())
def each(rows):
    yield dg.DynamicOutput(1, "a")


@dg.op
def listed(): ...


@dg.op
def render(region): ...


@dg.op(retry_policy=dg.RetryPolicy(max_retries=1))
def send(text): ...


@dg.graph
def publish(region):
    send(render(region))


@dg.job
def regions():
    each(listed()).map(publish)


defs = dg.Definitions(
    assets=[extract, load, report],
    jobs=[shop_job, regions],
    schedules=[dg.build_schedule_from_partitioned_job(shop_job)],
)
"""


TWO_OF_ONE_NAME = """
import dagster as dg

@dg.op
def b(): ...

@dg.job
def a():
    b()

@dg.job(name="b")
def other(): ...

defs = dg.Definitions(jobs=[a, other])
"""


def task(task_id: str, *upstream: str, retries: int = 0) -> Task:
    return Task(task_id, "PythonOperator", HERE, upstream=frozenset(upstream), retries=retries)


SHOP = Dag(
    "shop",
    HERE,
    schedule=Cron("@daily"),
    tasks=(
        task("extract", retries=2),
        task("gate", "extract"),
        task("load", "gate"),
        task("report", "load", "extract"),
    ),
)
REGIONS = Dag(
    "regions", HERE, tasks=(task("listed"), task("render", "listed"), task("send", "render", retries=1))
)


def entry(dag: Dag, **tasks: TaskEntry) -> DagEntry:
    schedule = "shop_schedule" if dag is SHOP else None
    return DagEntry("a.py", "asset", "defs.a", dag.dag_id, schedule=schedule, tasks=tasks)


MANIFEST = Manifest(
    dags={
        "shop": entry(
            SHOP,
            extract=TaskEntry("native", ("shop", "extract")),
            gate=TaskEntry("contracted"),
            load=TaskEntry("native", ("shop", "load")),
            report=TaskEntry("native", ("shop", "report")),
        ),
        "regions": entry(REGIONS, **{n: TaskEntry("native", op=n) for n in ("listed", "render", "send")}),
    }
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    project = tmp_path_factory.mktemp("a folder with spaces") / "shop_project"
    write(project, {"__init__.py": "", "definitions.py": PROJECT}, MANIFEST)
    return load(project)


def test_a_project_in_a_folder_with_spaces_loads(loaded: dict[str, Any]) -> None:
    assert set(loaded["jobs"]) == {"shop", "regions"}
    assert loaded["assets"]["shop/load"]["upstream"] == ["shop/extract"]
    assert loaded["jobs"]["regions"]["ops"]["publish.send"]["upstream"] == ["publish.render"]


def test_the_same_graph_has_no_differences(loaded: dict[str, Any]) -> None:
    assert check([SHOP, REGIONS], MANIFEST, loaded) == []


def with_task(dag: Dag, task_id: str, **changes: Any) -> Dag:
    return dag.with_tasks(tuple(replace(t, **changes) if t.task_id == task_id else t for t in dag.tasks))


def with_entry(task_id: str, made: TaskEntry) -> Callable[[Manifest], Manifest]:
    def change(manifest: Manifest) -> Manifest:
        shop = manifest.dags["shop"]
        return replace(manifest, dags={"shop": replace(shop, tasks={**shop.tasks, task_id: made})})

    return change


def same(manifest: Manifest) -> Manifest:
    return manifest


def renamed(manifest: Manifest) -> Manifest:
    return replace(manifest, dags={"shop": replace(manifest.dags["shop"], job="shops")})


def unscheduled(manifest: Manifest) -> Manifest:
    return replace(manifest, dags={"shop": replace(manifest.dags["shop"], schedule="nightly")})


@pytest.mark.parametrize(
    ("dag", "change", "says"),
    [
        pytest.param(
            with_task(SHOP, "load", upstream=frozenset()), same, "extract → load is new", id="an edge more"
        ),
        pytest.param(
            with_task(SHOP, "extract", upstream=frozenset({"report"})),
            same,
            "report → extract is missing",
            id="one less",
        ),
        pytest.param(with_task(SHOP, "extract", retries=3), same, "task extract has 3 retries", id="retries"),
        pytest.param(replace(SHOP, schedule=Cron("@hourly")), same, "runs at 0 \\* \\* \\* \\*", id="cron"),
        pytest.param(
            replace(SHOP, schedule=Cron("@daily", "Europe/Rome")), same, "is scheduled in Europe", id="zone"
        ),
        pytest.param(
            SHOP.with_tasks((*SHOP.tasks, task("new"))), same, "task new is not in the manifest", id="unknown"
        ),
        pytest.param(
            SHOP, with_entry("old", TaskEntry("native", op="x")), "a task old that the DAG has not", id="old"
        ),
        pytest.param(
            SHOP,
            with_entry("load", TaskEntry("native", ("shop", "lod"))),
            "shop/lod, which is not there",
            id="misspelt",
        ),
        pytest.param(
            SHOP,
            with_entry("load", TaskEntry("native", ("shop", "extract"))),
            "extract, load are all",
            id="shared",
        ),
        pytest.param(SHOP, with_entry("load", TaskEntry("manual")), "neither asset nor op", id="nothing"),
        pytest.param(SHOP, renamed, "there is no job shops", id="job"),
        pytest.param(SHOP, unscheduled, "no schedule or sensor nightly", id="schedule"),
        pytest.param(replace(SHOP, dag_id="lost"), same, "lost: not in the manifest", id="dag"),
    ],
)
def test_each_difference_is_told(
    loaded: dict[str, Any], dag: Dag, change: Callable[[Manifest], Manifest], says: str
) -> None:
    with pytest.raises(VerificationError, match=says):
        verify([dag], change(MANIFEST), loaded)


def test_an_edge_that_goes_without_saying_is_no_difference(loaded: dict[str, Any]) -> None:
    without_shortcut = with_task(SHOP, "report", upstream=frozenset({"load"}))
    assert check([without_shortcut], MANIFEST, loaded) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("@weekly", "0 0 * * SUN"), ("0 0 * * 7", "0 0 * * 0"), ("0 6 * jan-mar mon-fri", "0 6 * 1-3 1-5")],
)
def test_crons_that_mean_the_same_are_equal(one: str, other: str) -> None:
    assert plain(one) == plain(other)


@pytest.mark.parametrize("cron", ["0 0 * * 1-7", "0 0 17 * *", "7 0 * * *"])
def test_other_sevens_stay(cron: str) -> None:
    assert plain(cron) == cron


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("defs = nothing", "NameError", id="it raises"),
        pytest.param("defs = 1", "no Definitions called defs", id="no definitions"),
        pytest.param("import sys; sys.exit(0)", "does not load", id="it leaves quietly"),
        pytest.param(
            TWO_OF_ONE_NAME,
            "DagsterInvalidDefinitionError",
            id="two things of one name",
        ),
    ],
)
def test_a_project_that_does_not_load_is_told_with_its_error(tmp_path: Path, text: str, says: str) -> None:
    write(tmp_path / "broken", {"__init__.py": "", "definitions.py": text}, Manifest())
    with pytest.raises(VerificationError, match=says):
        load(tmp_path / "broken")


def test_a_python_without_dagster_is_told(tmp_path: Path, airflow3_python: str) -> None:
    with pytest.raises(VerificationError, match="No module named 'dagster'"):
        load(tmp_path / "any", python=airflow3_python)


def test_a_python_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be started"):
        load(tmp_path / "any", python="/nowhere/python")


def test_loading_leaves_nothing_behind(tmp_path: Path) -> None:
    write(
        tmp_path / "clean",
        {"__init__.py": "", "definitions.py": "import dagster as dg\ndefs = dg.Definitions()"},
        Manifest(),
    )
    load(tmp_path / "clean")
    assert sorted(p.name for p in (tmp_path / "clean").iterdir()) == [
        "__init__.py",
        "definitions.py",
        "migration.json",
    ]
