"""The user's own configuration of Airflow: what belongs to the DAGs is used, what belongs to the deployment is not."""

from pathlib import Path

import pytest

from migrator.findings import Finding
from migrator.ir import Project
from migrator.scan import runtime, scan

CONFIGURATION = """
[core]
executor = CeleryExecutor
sql_alchemy_conn = postgresql+psycopg2://airflow:secret@db.invalid:5432/airflow
load_examples = True
default_timezone = Europe/Paris
[database]
sql_alchemy_conn = postgresql+psycopg2://airflow:secret@db.invalid:5432/airflow
sql_alchemy_schema = airflow
sql_alchemy_connect_args = company_settings.connect_args
sql_engine_collation_for_ids = utf8mb3_bin
sql_alchemy_pool_size = 5
[celery]
broker_url = redis://redis.invalid:6379/0
[logging]
remote_logging = True
remote_base_log_folder = s3://logs
logging_config_class = company_settings.LOGGING
[metrics]
statsd_on = True
statsd_host = statsd.invalid
[webserver]
secret_key = secret
"""
USES_ALL = """
import os, sys
from airflow import DAG
from airflow.models import Variable
from company_plugin import OWNER

assert Variable.get("absent", default_var="x") == "x"
assert not [p for p in sys.path if "migrator" in p], sys.path
assert sys.argv == ["airflow"]
dag = DAG("by_" + OWNER, schedule=None, doc_md=Variable.get("text"))
"""
PLUGIN = "OWNER = 'plugin'\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment: its home, with a metadata database that is down."""
    (tmp_path / "home" / "plugins").mkdir(parents=True)
    (tmp_path / "home" / "airflow.cfg").write_text(CONFIGURATION)
    (tmp_path / "home" / "plugins" / "company_plugin.py").write_text(PLUGIN)
    (tmp_path / "dags").mkdir()
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql://u:p@db.invalid/airflow")
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD", "false")
    monkeypatch.setenv("AIRFLOW_VAR_TEXT", "of the environment")
    return tmp_path


def load(folder: Path, python: str) -> tuple[Project, list[Finding]]:
    return runtime.load(folder, sorted(path.name for path in folder.glob("*.py")), python)


def test_a_deployment_whose_database_is_down(home: Path, python: str) -> None:
    (home / "dags" / "uses.py").write_text(USES_ALL)
    project, findings = load(home / "dags", python)
    assert findings == []
    (dag,) = project.dags
    assert (dag.dag_id, dag.doc_md, dag.timezone) == ("by_plugin", "of the environment", "Europe/Paris")
    left = sorted(str(p.relative_to(home)) for p in home.rglob("*") if p.is_file() and "cache" not in str(p))
    assert left == ["dags/uses.py", "home/airflow.cfg", "home/plugins/company_plugin.py"]


def test_plugins_and_helpers_of_a_repository_that_nobody_has_configured(
    python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIRFLOW_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    for name in ("dags", "plugins"):
        (tmp_path / "repository" / name).mkdir(parents=True)
    (tmp_path / "repository" / "plugins" / "company_plugin.py").write_text(PLUGIN)
    (tmp_path / "repository" / "dags" / "helper.py").write_text("from company_plugin import OWNER\n")
    (tmp_path / "repository" / "dags" / "uses.py").write_text(
        "from airflow import DAG\nfrom helper import OWNER\ndag = DAG('by_' + OWNER, schedule=None)\n"
    )
    for folder in (tmp_path / "repository", tmp_path / "repository" / "dags"):
        project, findings = scan([folder], airflow_python=python)
        assert [dag.dag_id for dag in project.dags] == ["by_plugin"]
        assert not {"SC020", "SC022"} & {finding.code for finding in findings}
    assert not (tmp_path / "nobody" / "airflow").exists()
