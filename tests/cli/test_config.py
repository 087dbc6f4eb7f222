"""`[tool.migrate]` gives a project's own defaults; mistakes in it have a line, and the command line wins."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAD = "from airflow import DAG\nfrom datetime import datetime\n"
DAG = HEAD + "dag = DAG('{}', schedule='@daily', start_date=datetime.now())\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "dags" / "deep").mkdir(parents=True)
    (tmp_path / "dags" / "one.py").write_text(DAG.format("one"))
    return tmp_path


def migrate(project: Path, *words: str, config: str | None = None) -> subprocess.CompletedProcess[str]:
    if config is not None:
        (project / "pyproject.toml").write_text(config)
    command = [sys.executable, "-m", "migrator", *words]
    return subprocess.run(command, cwd=project, capture_output=True, text=True)


def test_options_get_the_defaults_of_the_project(project: Path) -> None:
    config = '[tool.migrate.scan]\nformat = "json"\nselect = ["TM", "SC"]\nfail-on = "info"\njobs = 1\ncache = false\n'
    done = migrate(project, "scan", "dags", config=config)
    found = json.loads(done.stdout)["findings"]
    assert done.returncode == 1 and found and all(f["code"][:2] in ("TM", "SC") for f in found)


def test_the_command_line_wins(project: Path) -> None:
    config = '[tool.migrate.scan]\nformat = "json"\nfail-on = "info"\n'
    done = migrate(project, "scan", "dags", "--format", "table", "--fail-on", "never", config=config)
    assert done.returncode == 0 and "one.py" in done.stdout and not done.stdout.startswith("{")


def test_it_can_be_left_out(project: Path) -> None:
    done = migrate(project, "--no-config", "scan", "dags", config='[tool.migrate.scan]\nformat = "json"\n')
    assert done.returncode == 0 and not done.stdout.startswith("{")


def test_paths_are_relative_to_the_file_and_the_nearest_one_counts(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.migrate.scan]\nplan = "plans/migrate.yaml"\n')
    (project / "plans").mkdir()
    (project / "dags" / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    done = migrate(project / "dags" / "deep", "scan", "..")
    assert done.returncode == 0 and (project / "plans" / "migrate.yaml").is_file(), done.stderr


@pytest.mark.parametrize(
    ("config", "message"),
    [
        pytest.param(
            "[tool.migrate.scan]\nfail-onn = 'x'\n",
            ":2: scan.fail-onn: there is no such option; did you mean fail-on?",
            id="option",
        ),
        pytest.param(
            "[tool.migrate.scan]\n# c\nfail_on = 'info'\n",
            ":3: scan.fail_on: there is no such option; did you mean fail-on?",
            id="underscore",
        ),
        pytest.param(
            "[tool.x]\na = 1\n[tool.migrate.sacn]\nformat = 'json'\n",
            ":3: sacn: there is no such command; did you mean scan?",
            id="command",
        ),
        pytest.param(
            "[tool.migrate]\nscan.format = 'jsn'\n",
            ":2: scan.format: 'jsn' is not one of 'table', 'json'",
            id="value",
        ),
        pytest.param("[tool.migrate]\nscan = 'x'\n", ":2: scan: a table is needed", id="no table"),
        pytest.param(
            "[tool.migrate.scan]\njobs = '4'\n", ":2: scan.jobs: a number is needed", id="a text for a number"
        ),
        pytest.param(
            "[tool.migrate.scan]\njobs = 0\n", ":2: scan.jobs: 0 is not in the range", id="out of range"
        ),
        pytest.param(
            "[tool.migrate.scan]\ncache = 'no'\n",
            ":2: scan.cache: true or false is needed",
            id="a text for a switch",
        ),
        pytest.param(
            "[tool.migrate.scan]\nplan = [1]\n", ":2: scan.plan: a text is needed", id="a list for a path"
        ),
        pytest.param("[tool.migrate.scan]\nplan = \n", ":2: no TOML", id="no TOML"),
        pytest.param("tool.migrate = 3\n", "tool.migrate: a table is needed", id="a number"),
    ],
)
def test_a_mistake_is_told_with_its_line(project: Path, config: str, message: str) -> None:
    done = migrate(project, "scan", "dags", config=config)
    assert (
        done.returncode == 2 and f"pyproject.toml{message}".replace("tomltool", "toml: tool") in done.stderr
    )
    assert "Traceback" not in done.stderr and done.stdout == ""
    assert migrate(project, "scan", "--help").returncode == 0


@pytest.mark.parametrize(
    "config",
    [
        pytest.param("[project]\nname = 'migrate'\n[tool.ruff]\nx = 1\n", id="of others"),
        pytest.param("no toml, but tool and migrate in it", id="broken, of others"),
        pytest.param("tool = 3 # migrate\n", id="a tool that is no table"),
    ],
)
def test_files_of_other_tools_are_none_of_our_business(project: Path, config: str) -> None:
    done = migrate(project, "scan", "dags", config=config)
    assert done.returncode == 0, done.stderr
