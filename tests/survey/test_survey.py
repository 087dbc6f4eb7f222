"""A survey says of each DAG what convert does with it, whoever reads the files and in whatever order."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from migrator.convert.decide import decide_project
from migrator.plan import Plan
from migrator.scan import scan
from migrator.survey import Options, Survey
from migrator.survey.options import Limits
from migrator.survey.pool import Pool
from migrator.survey.reading import Job, Setting
from migrator.survey.worker import Answer, Known, Worker
from scripts.corpora import corpora

HEAD = "import pendulum\nfrom airflow.decorators import dag, task\nfrom airflow import DAG\n"
START = "start_date=pendulum.datetime(2024, 1, 1), schedule='@daily', catchup=False"
TASKFLOW = HEAD + (
    "@dag({start})\ndef {dag}():\n    @task\n    def {task}():\n        return 1\n    {task}()\n{dag}()\n"
)


def simple(dag: str, task: str = "extract") -> str:
    return TASKFLOW.format(dag=dag, task=task, start=START)


def report(folder: Path, options: Options | None = None) -> dict[str, dict[str, Any]]:
    with Survey([folder], options) as survey:
        return {dag["dag_id"]: dag for dag in survey.dags()}


def codes(folder: Path, options: Options | None = None) -> set[tuple[str, str]]:
    with Survey([folder], options) as survey:
        return {(finding["file"], finding["code"]) for finding in survey.findings()}


@pytest.mark.parametrize("corpus", corpora(), ids=lambda corpus: corpus.version)
def test_levels_and_dispositions_are_those_of_convert(corpus: Any, tmp_path: Path) -> None:
    folder = corpus.copy_to(tmp_path)
    project, _ = scan([folder])
    decided = [d for file in decide_project(project, Plan()) for d in file.dags]
    expected = {
        d.dag.dag_id: (d.level, {t.task_id: d.disposition(t.task_id) for t in d.dag.tasks}) for d in decided
    }
    found = {
        dag_id: (dag["level"], {t["task_id"]: t["disposition"] for t in dag["tasks"]})
        for dag_id, dag in report(folder).items()
    }
    assert found == expected
    assert {level for level, _ in found.values()} == {"asset", "job", "lift"}


def test_of_two_files_with_one_dag_the_first_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(simple("orders"))
    (tmp_path / "b.py").write_text(simple("orders", "load") + simple("more"))
    dags = report(tmp_path)
    assert {dag_id: dag["file"] for dag_id, dag in dags.items()} == {"orders": "a.py", "more": "b.py"}
    assert ("b.py", "SC013") in codes(tmp_path)


def test_a_duplicate_that_its_line_accepts_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(simple("orders"))
    marked = simple("orders").replace("def orders():", "def orders():  # migrate: ignore[SC013] on purpose")
    (tmp_path / "b.py").write_text(marked)
    assert ("b.py", "SC013") not in codes(tmp_path)


def test_dags_whose_assets_would_share_a_name_do_not_both_become_assets(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(simple("orders", "x__y"))
    (tmp_path / "b.py").write_text(simple("orders__x", "y"))
    dags = report(tmp_path)
    assert {dag_id: dag["level"] for dag_id, dag in dags.items()} == {"orders": "asset", "orders__x": "lift"}
    assert ("b.py", "EN047") in codes(tmp_path)


def test_a_dag_with_two_tasks_of_one_name_is_refused_by_convert_and_in_the_report(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        HEAD + "from airflow.operators.bash import BashOperator\n"
        f"with DAG('d', {START}):\n"
        "    BashOperator(task_id='a-b', bash_command='x') >> BashOperator(task_id='a_b', bash_command='y')\n"
    )
    (file,) = decide_project(scan([tmp_path])[0], Plan())
    assert [(p.code, p.message) for p in file.dags[0].reasons] == [("EN047", "two of its ids give one name")]
    assert report(tmp_path)["d"]["level"] == "lift"
    assert ("a.py", "EN047") in codes(tmp_path)


def test_the_target_graph_leaves_out_what_was_contracted(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        HEAD
        + "from airflow.operators.bash import BashOperator\nfrom airflow.operators.empty import EmptyOperator\n"
        f"with DAG('d', {START}):\n"
        "    a, b = BashOperator(task_id='a', bash_command='a'), BashOperator(task_id='b', bash_command='b')\n"
        "    a >> EmptyOperator(task_id='between') >> b\n"
    )
    target = report(tmp_path)["d"]["target"]
    assert [node["name"] for node in target["nodes"]] == ["d/a", "d/b"]
    assert target["edges"] == [["d/a", "d/b"]]


def test_blocking_findings_are_the_reasons_for_lifting(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        HEAD
        + f"@dag({START})\ndef d():\n    @task\n    def one(x):\n        return x\n    one.expand(x=5)\nd()\n"
    )
    with Survey([tmp_path]) as survey:
        blocking = {f["code"] for f in survey.findings() if f["blocking"]}
        assert blocking == {"CF040", "OP063"}
        assert survey.summary["blocking"] == 2


# ---- limits


def test_a_file_that_takes_too_long_is_given_up_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(simple("good"))
    (tmp_path / "slow.py").write_text(HEAD + "x = [" + "(1, 'a', {2: 3}), " * 90_000 + "]\n")
    options = Options(limits=Limits(seconds=0.6), jobs=1)
    assert ("slow.py", "SC035") in codes(tmp_path, options)
    assert set(report(tmp_path, options)) == {"good"}


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is limited on Linux only")
def test_a_file_that_takes_too_much_memory_is_given_up_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(simple("good"))
    (tmp_path / "large.py").write_text(HEAD + "x = [" + "(1, 'a', {2: 3}), " * 90_000 + "]\n")
    options = Options(limits=Limits(megabytes=30), jobs=1)
    found = {code for file, code in codes(tmp_path, options) if file == "large.py"}
    assert found & {"SC036", "SC005"}
    assert set(report(tmp_path, options)) == {"good"}


class Deadly:
    """Reads as a survey does, but one file ends the process."""

    def __init__(self, root: Path) -> None:
        self.work = Worker(Setting(root), packed=False)

    def __call__(self, job: Job) -> Answer:
        if job.path == "deadly.py":
            os.kill(os.getpid(), signal.SIGKILL)
        return self.work(job)


@pytest.mark.parametrize("count", [1, 3])
def test_a_process_that_dies_costs_the_file_that_it_was_reading(tmp_path: Path, count: int) -> None:
    names = [f"dag_{number:02}.py" for number in range(30)]
    for name in names:
        (tmp_path / name).write_text(simple(name.removesuffix(".py")))
    jobs = [Job(name) for name in [*names[:11], "deadly.py", *names[11:]]]
    with Pool(lambda: Deadly(tmp_path), count, Limits()) as pool:
        answers = {answer.job.path: answer.unit for answer in pool.read(jobs)}
    assert set(answers) == {*names, "deadly.py"}
    assert [row[3] for row in answers["deadly.py"].findings] == ["SC036"]
    assert all(answers[name].dags for name in names)


class Stuck:
    """Reads as on a disk that does not answer."""

    def __call__(self, job: Job) -> Answer:
        while True:
            signal.pause()


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="processor time is limited on POSIX only")
def test_a_file_that_only_waits_is_given_up_in_the_end() -> None:
    with Pool(Stuck, 1, Limits(seconds=0.05)) as pool:
        (answer,) = pool.read([Job("stuck.py")])
    assert [(row[3], row[6]) for row in answer.unit.findings] == [
        ("SC035", "reading this file takes more than 0.05 seconds")
    ]


# ---- the cache


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "dags"
    folder.mkdir()
    (folder / "names.py").write_text("NAMES = ['a', 'b']\n")
    (folder / "loop.py").write_text(
        HEAD + "from airflow.operators.bash import BashOperator\nfrom names import NAMES\n"
        f"with DAG('loop', {START}):\n    for n in NAMES:\n        BashOperator(task_id=n, bash_command='x')\n"
    )
    yield folder


def everything(folder: Path, options: Options) -> str:
    with Survey([folder], options) as survey:
        return json.dumps([list(survey.dags()), list(survey.findings()), survey.summary])


def test_a_second_survey_says_the_same_and_reads_nothing(repository: Path, tmp_path: Path) -> None:
    options = Options(cache=tmp_path / "cache", jobs=1)
    first = everything(repository, options)
    answer = Known(Setting(repository), tmp_path / "cache")(Job("loop.py"))
    assert answer is not None and answer.unit.dags, "the unit came from the cache"
    assert everything(repository, options) == first


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param("names.py", "NAMES = ['a', 'b', 'c']\n", id="an imported module changes"),
        pytest.param("names/__init__.py", "NAMES = ['z']\n", id="a package takes the place of a module"),
        pytest.param("loop.py", simple("loop"), id="the file itself changes"),
        pytest.param("airflow.py", "DAG = None\n", id="a file that hides a package appears"),
    ],
)
def test_what_a_file_depends_on_makes_it_be_read_again(
    repository: Path, tmp_path: Path, file: str, text: str
) -> None:
    options = Options(cache=tmp_path / "cache", jobs=1)
    before = everything(repository, options)
    (repository / file).parent.mkdir(exist_ok=True)
    (repository / file).write_text(text)
    warm = everything(repository, options)
    assert warm == everything(repository, Options(jobs=1))
    assert warm != before


def test_a_damaged_cache_is_no_cache(repository: Path, tmp_path: Path) -> None:
    options = Options(cache=tmp_path / "cache", jobs=1)
    expected = everything(repository, options)
    (tmp_path / "cache" / "scan.sqlite").write_bytes(b"not a database" * 1000)
    assert everything(repository, options) == expected


# ---- the inventory


def test_a_file_that_decides_what_the_dag_is_belongs_to_its_inventory(tmp_path: Path) -> None:
    (tmp_path / "regions.yaml").write_text("[emea, apac]\n")
    (tmp_path / "loop.py").write_text(
        HEAD + "import yaml\nfrom pathlib import Path\nfrom airflow.operators.bash import BashOperator\n"
        "REGIONS = yaml.safe_load(Path(__file__).with_name('regions.yaml').read_text())\n"
        f"with DAG('loop', {START}):\n    for n in REGIONS:\n        BashOperator(task_id=n, bash_command='x')\n"
    )
    dag = report(tmp_path)["loop"]
    assert [task["task_id"] for task in dag["tasks"]] == ["emea", "apac"]
    assert dag["inventory"]["files"] == ["regions.yaml"]
