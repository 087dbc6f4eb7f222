"""The project around the modules: a README, an instance, tests that pass, and what ruff and `dg` say of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from migrator.cli import group
from scripts.corpora import corpora

DAGS = Path(__file__).parent / "dags"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module", params=["airflow 2", "airflow 3", "ours"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is written for the examples of an Airflow, or for the files that were made to trip a converter."""
    folder = tmp_path_factory.mktemp("written")
    dags, version = DAGS, "2"
    if request.param != "ours":
        version = request.param[-1]
        corpus = next(c for c in corpora() if c.version.startswith(version))
        dags = corpus.copy_to(folder / "dags")
    words = ["convert", str(dags), "--out", str(folder / "shop"), "--airflow-version", version, "--no-verify"]
    done = CliRunner().invoke(group, words)
    assert done.exit_code == 0, done.output
    return folder / "shop"


def run(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    quiet = {"PYTHONDONTWRITEBYTECODE": "1", "DAGSTER_DG_CLI_TELEMETRY": "0", "COLUMNS": "300"}
    return subprocess.run(words, cwd=project, env=os.environ | quiet, capture_output=True, text=True)


def test_its_own_tests_pass_and_none_runs_airflow_unasked(project: Path) -> None:
    done = run(project, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout
    called = sum(
        text.count("\ndef test_") - 2 for p in project.glob("tests/test_*.py") if (text := p.read_text())
    )
    assert called > 15
    assert f"{len(json.loads((project / 'migration.json').read_text())['dags'])} skipped" in done.stdout


# B904 is about what the users' own functions raise in an `except`, which stays as it was.
OPTIONS = "--line-length=110 --target-version=py310 --select=E4,E7,E9,F,I,B,UP --ignore=B904"


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("check", "--isolated", *OPTIONS.split()),
        ("format", "--check"),
    ],
    ids=["as configured", "with the usual rules", "format"],
)
def test_ruff_is_content(project: Path, words: tuple[str, ...]) -> None:
    done = run(project, sys.executable, "-m", "ruff", *words, "--no-cache", ".")
    assert done.returncode == 0, done.stdout


def test_dg_accepts_it_in_its_own_folder(project: Path, request: pytest.FixtureRequest) -> None:
    if "ours" not in request.node.name:
        pytest.skip("one project is enough: dg is slow")
    done = run(project, str(BIN / "dg"), "check", "defs")
    assert done.returncode == 0 and "All definitions loaded successfully" in done.stdout, done.stdout
    done = run(project, str(BIN / "dg"), "list", "defs", "--json")
    jobs = {entry["job"] for entry in json.loads((project / "migration.json").read_text())["dags"].values()}
    assert jobs <= {job["name"] for job in json.loads(done.stdout)["jobs"]}


def test_the_readme_names_every_dag_with_its_line(project: Path) -> None:
    text = (project / "README.md").read_text()
    dags = json.loads((project / "migration.json").read_text())["dags"]
    for dag_id, entry in dags.items():
        assert f"| {dag_id} | {entry['file']}:" in text
        assert all(task["line"] for task in entry["tasks"].values())


def test_every_module_says_where_it_came_from(project: Path) -> None:
    for module in project.glob("defs/*.py"):
        if module.name != "__init__.py":
            head = module.read_text()
            assert "Converted from `" in head or "runs unchanged in the Airflow interpreter" in head
