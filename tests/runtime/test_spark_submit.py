"""The command line of a step is the one that Airflow's hook builds; what cannot be waited for is refused."""

import json
import os
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from migrator.convert.operators.spark_submit import OPTIONS, WITHOUT_FORM
from migrator.runtime.connections import connection
from migrator.runtime.spark import spark_command, spark_submit

TARGETS = {
    "local": '{"conn_type": "spark", "host": "local[2]"}',
    "a master with its port": "spark://master.example.com:7077",
    "a master as a host": '{"conn_type": "spark", "host": "spark://a.example.com:7077,b.example.com:7077"}',
    "yarn with a queue": '{"conn_type": "spark", "host": "yarn", "extra": {"queue": "etl", "deploy-mode": "cluster"}}',
    "yarn as a type": "yarn://resources.example.com:8032",
    "kubernetes": '{"conn_type": "spark", "host": "k8s://https://k.example.com", "port": 6443, '
    '"extra": {"namespace": "etl", "deploy-mode": "client"}}',
    "kubernetes as a type": "k8s://k.example.com:443?namespace=shop",
    "a principal and a binary": '{"conn_type": "spark", "host": "yarn", '
    '"extra": {"principal": "etl@SHOP", "spark-binary": "spark3-submit"}}',
    "nothing but a type": "spark://",
}
CALLS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "arguments": {"application_args": ["--day", "2024-01-03", "a b", ""]},
    "properties": {"conf": {"spark.ui.enabled": "false", "spark.n": 2, "spark.flag": True}},
    "sizes": {"num_executors": 4, "executor_cores": 2, "total_executor_cores": 8, "driver_memory": "1G"},
    "more sizes": {"executor_memory": "2G", "num_executors": 0, "name": "day of 2024-01-03"},
    "files": {"files": "a.txt,b.txt", "py_files": "shop.zip", "archives": "env.tgz#env", "jars": "a.jar"},
    "packages": {"packages": "g:a:1", "exclude_packages": "g:b", "repositories": "https://r.example.com"},
    "a class": {"java_class": "shop.Count", "driver_class_path": "/opt/jars/*", "verbose": True},
    "identity": {"proxy_user": "etl", "principal": "me@SHOP", "keytab": "/etc/me.keytab"},
    "a mode and a queue": {"deploy_mode": "client", "yarn_queue": "night", "spark_binary": "/opt/bin/submit"},
    "variables": {"env_vars": {"DAY": "2024-01-03", "N": 2}, "conf": {"spark.kubernetes.namespace": "own"}},
    "the empty name": {"name": "", "properties_file": "conf/spark.conf", "env_vars": {}},
}


@pytest.fixture(scope="module", autouse=True)
def kubernetes_client() -> Iterator[None]:
    """The hook refuses such a master without the client library, which it does not use for the command."""
    from airflow.providers.apache.spark.hooks import spark_submit as module

    before = getattr(module, "kube_client", None)
    module.kube_client = object()
    yield
    module.kube_client = before


def hook_command(call: dict[str, Any]) -> list[str]:
    from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

    operator = SparkSubmitOperator(task_id="t", application="job.py", **call)
    return list(operator._get_hook()._build_spark_submit_command("job.py"))


def own_command(call: dict[str, Any]) -> list[str]:
    rest = {k: v for k, v in call.items() if k not in ("application_args", "conf", "env_vars")}
    given = (call.get("application_args", ()), call.get("conf", {}), call.get("env_vars", {}))
    return spark_command(connection("spark_default"), "job.py", *given, **rest)


@pytest.mark.parametrize(("target", "call"), [*product(TARGETS, CALLS)])
def test_the_command_is_that_of_the_hook(target: str, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SPARK_DEFAULT", TARGETS[target])
    assert own_command(CALLS[call]) == hook_command(CALLS[call])


def test_all_options_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SPARK_DEFAULT", TARGETS["yarn with a queue"])
    everything = {name: value for call in reversed(CALLS.values()) for name, value in call.items()}
    assert own_command(everything) == hook_command(everything)


def test_every_argument_of_the_operator_is_known() -> None:
    import inspect

    from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

    from migrator.convert.operators.spark_submit import OF_WAITING, RENDERED

    known = {"application", "self", "kwargs", *OPTIONS, *OF_WAITING, *WITHOUT_FORM}
    assert set(inspect.signature(SparkSubmitOperator.__init__).parameters) <= known
    assert {"application", *RENDERED} == {*SparkSubmitOperator.template_fields} - {"post_submit_commands"}


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param({"deploy-mode": "cluster"}, id="a driver on a standalone cluster"),
        pytest.param({"keytab": "c2VjcmV0"}, id="a keytab in the connection"),
        pytest.param({"spark-binary": "rm"}, id="another binary"),
    ],
)
def test_what_a_connection_may_not_ask_for(extra: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"conn_type": "spark", "host": "spark://a.example.com:7077", "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_SPARK_DEFAULT", json.dumps(given))
    with pytest.raises(dg.Failure) as failure:
        own_command({})
    assert "c2VjcmV0" not in str(failure.value)


def test_an_option_that_spark_submit_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SPARK_DEFAULT", TARGETS["local"])
    with pytest.raises(TypeError, match="shuffle"):
        own_command({"shuffle": "fast"})


REPORTING = """
import sys
from dagster_pipes import open_dagster_pipes
with open_dagster_pipes() as pipes:
    if pipes.is_asset_step:
        pipes.report_asset_materialization(metadata={"rows": int(sys.argv[1])})
"""


@pytest.fixture
def submitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script for a `spark-submit` that runs its script by Python: what comes after the options of Spark."""
    binary, script = tmp_path / "spark-submit", tmp_path / "job.py"
    binary.write_text(
        f'#!/bin/sh\nwhile [ "$1" != "{script}" ]; do shift; done\nexec "{sys.executable}" "$@"\n'
    )
    binary.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("AIRFLOW_CONN_SPARK_DEFAULT", TARGETS["local"])
    return script


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param(REPORTING, 7, id="a script that reports"),
        pytest.param("import sys", None, id="a script that knows nothing of Dagster"),
    ],
)
def test_what_the_script_reports_is_of_the_asset(text: str, rows: int | None, submitted: Path) -> None:
    submitted.write_text(text)

    @dg.asset
    def counted(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        found = spark_submit(context, str(submitted), application_args=["7"])
        assert found is not None
        return found

    done = dg.materialize([counted])
    (event,) = done.asset_materializations_for_node("counted")
    assert done.success and (event.metadata["rows"].value if rows else None) == rows


def test_an_op_of_a_job_runs_it_as_well(submitted: Path) -> None:
    submitted.write_text(REPORTING)

    @dg.op
    def counts(context: dg.OpExecutionContext) -> None:
        assert spark_submit(context, str(submitted), application_args=["7"]) is None

    @dg.job
    def counting() -> None:
        counts()

    assert counting.execute_in_process().success
