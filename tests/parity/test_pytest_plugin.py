"""The pytest plugin in repositories of users: one comparison for all tests, and a failure that says what differs."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from migrator.manifest import Manifest

ROOT = Path(__file__).parent.parent.parent
PLUGIN = "migrator.pytest_plugin"
MakePair = Callable[[dict[str, str]], Path]
STRICT = "[pytest]\naddopts = --strict-markers --strict-config\n"
TESTS = """\
import pytest


@pytest.mark.parity(dag="control", dates=["2024-01-03", "2024-01-04"])
def test_control(parity):
    assert {result.verdict for result in parity.results} == {"equal"}


@pytest.mark.parity("revenue", "2024-01-02..2024-01-03")
class TestRevenue:
    def test_dates(self, parity):
        assert [result.date for result in parity.results] == ["2024-01-02", "2024-01-03"]

    def test_version(self, parity):
        assert parity.results[0].airflow.startswith("2.")


@pytest.mark.parity
def test_a_mark_without_arguments_compares_nothing(parity):
    assert parity.results == []
"""
CALLS = """\
import pytest


@pytest.mark.parity(dag="control", dates=["2024-01-03"])
def test_control():
    pass


@pytest.mark.parity(dag="revenue", dates="2024-01-03")
def test_revenue():
    raise AssertionError("the body runs only where both systems agree")


@pytest.mark.xfail(strict=True)
@pytest.mark.parity(dag="revenue", dates="2024-01-03")
def test_known_to_differ():
    pass
"""


def run(place: Path, text: str, *options: str, plugin: bool = True, **env: str) -> tuple[dict[str, str], str]:
    """What each test says where it fails, and else how it ended; and all that pytest printed."""
    (place / "test_migration.py").write_text(text)
    loaded = ["-p", PLUGIN] if plugin else []
    report = place / "report.xml"
    command = [sys.executable, "-m", "pytest", "-rA", f"--junitxml={report}", *loaded, *options]
    named = {"PYTHONPATH": str(ROOT), **env}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("AIRFLOW_PYTHON", "AIRFLOW_DAGS_FOLDER", "MIGRATE_PLAN", "PYTEST_ADDOPTS")
        and not name.startswith("PYTEST_XDIST")
    }
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, env={**kept, **named})
    assert report.exists(), done.stdout + done.stderr
    ended = {}
    for case in ElementTree.parse(report).iter("testcase"):
        told = next((each for each in case if each.tag in ("failure", "error", "skipped")), None)
        ended[case.get("name", "")] = (
            "passed" if told is None else f"{told.tag}: {told.text or told.get('message')}"
        )
    return ended, done.stdout + done.stderr


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A converted project without DAGs, which is enough to say what is wrong with a mark."""
    (tmp_path / "pytest.ini").write_text(STRICT)
    (tmp_path / "migration.json").write_text(Manifest(dags={}).dumps())
    return tmp_path


def test_all_tests_share_one_comparison_also_in_several_processes(
    make_pair: MakePair, airflow2_python: str
) -> None:
    place = make_pair({})
    said = {"project": "twin", "dags": "dags", "plan": "migrate.yaml", "airflow_python": airflow2_python}
    (place / "pytest.ini").write_text(STRICT + "".join(f"parity_{n} = {v}\n" for n, v in said.items()))
    ended, printed = run(place, TESTS, "-n", "2")
    assert ended == dict.fromkeys(
        (
            "test_control[2024-01-03]",
            "test_control[2024-01-04]",
            "test_dates",
            "test_version",
            "test_a_mark_without_arguments_compares_nothing",
        ),
        "passed",
    ), printed
    assert printed.count("revenue in Airflow") == printed.count("control in Airflow") == 1


def test_a_difference_fails_its_test_with_the_rows_that_differ(
    make_pair: MakePair, airflow2_python: str
) -> None:
    place = make_pair(
        {'orders[orders["day"] == ds]': 'orders[(orders["day"] == ds) & (orders["order_id"] != 4)]'}
    )
    table = f'[tool.migrate.compare]\ndags = "dags"\nplan = "migrate.yaml"\nairflow-python = "{airflow2_python}"\n'
    (place / "pyproject.toml").write_text(table + '[tool.pytest.ini_options]\naddopts = "--strict-markers"\n')
    text = CALLS.replace("dates=", 'project="twin", dates=')
    ended, printed = run(place, text)
    assert (ended["test_control"], ended["test_known_to_differ"][:7]) == ("passed", "skipped"), printed
    told = ended["test_revenue"]
    assert told.startswith("failure: revenue: Airflow and Dagster did not do the same"), told
    for part in ("extract", "4 | 3 rows; key order_id; 1 only in Airflow", "(no such row)"):
        assert part in told
    assert "the body runs only where" not in told and "compared.py" not in told
    assert printed.count("control in Airflow") == printed.count("revenue in Airflow") == 1


WRONG = [
    pytest.param(
        '"a", "2024-01-03"', "parity needs airflow_python= in the mark, AIRFLOW_PYTHON", id="no Airflow"
    ),
    pytest.param('dag="a", dates=[]', "dates is empty, so nothing would be compared", id="no dates"),
    pytest.param('dag="a", date="2024-01-03"', "unexpected keyword argument 'date'", id="misspelt"),
    pytest.param('dag="a", dates="2024-02-01..2024-01-01"', "ends before it begins", id="backwards"),
    pytest.param('dag="a", dates=["2024-01-03"], PLACE', "the project has no DAG a", id="no such DAG"),
    pytest.param(
        'dag="a", dates=["2024-01-03"], PLACE, project="elsewhere"',
        "elsewhere has no migration.json",
        id="no project",
    ),
]


def test_a_wrong_mark_fails_and_says_what_to_do(repository: Path) -> None:
    (repository / "dags").mkdir()
    place = f'dags="dags", airflow_python={sys.executable!r}'
    tests = [
        f"@pytest.mark.parity({str(case.values[0]).replace('PLACE', place)})\ndef test_{number}():\n    pass\n"
        for number, case in enumerate(WRONG)
    ]
    ended, printed = run(repository, "import pytest\n\n\n" + "\n\n".join(tests))
    for number, case in enumerate(WRONG):
        told = ended[f"test_{number}"]
        assert told.startswith("failure: ") and str(case.values[1]) in told, printed
        assert "Traceback" not in told and "exception occurred" not in told


ONCE = "def test_once(parity, pytestconfig):\n    assert parity.results == []\n"


@pytest.mark.parametrize("named", [(), ("-p", PLUGIN)], ids=["by its entry point", "by name as well"])
def test_an_installed_plugin_is_loaded_once(repository: Path, named: tuple[str, ...]) -> None:
    installed = repository / "site" / "migrator-0.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: migrator\nVersion: 0\n")
    (installed / "entry_points.txt").write_text(f"[pytest11]\n{entry_point()} = {PLUGIN}\n")
    path = os.pathsep.join([str(repository / "site"), str(ROOT)])
    (repository / "conftest.py").write_text(f"pytest_plugins = [{PLUGIN!r}]\n" if named else "")
    ended, printed = run(repository, ONCE, *named, plugin=False, PYTHONPATH=path)
    assert ended == {"test_once": "passed"}, printed


def entry_point() -> str:
    """Its name in pyproject.toml, which is what is installed."""
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    name, _, module = lines[lines.index("[project.entry-points.pytest11]") + 1].partition(" = ")
    assert module.startswith(f'"{PLUGIN}"')
    return name.strip('"')


def test_a_session_without_parity_imports_nothing_for_it(repository: Path) -> None:
    text = """
import sys


def test_nothing_of_ours_is_loaded():
    ours = {name for name in sys.modules if name.split(".")[0] == "migrator"}
    assert ours == {"migrator", "migrator.pytest_plugin"}
    assert not {"click", "duckdb", "ibis", "pandas", "pyarrow", "rich", "yaml"} & set(sys.modules)
"""
    ended, printed = run(repository, text)
    assert ended == {"test_nothing_of_ours_is_loaded": "passed"}, printed
