"""Parameters of a run by hand."""

from datetime import datetime

from airflow.decorators import dag, task
from airflow.models.param import Param


@dag(
    schedule=None,
    start_date=datetime(2023, 1, 1),
    params={
        "region": Param("eu", type="string", enum=["eu", "us"]),
        "days": Param(3, type="integer", minimum=1),
        "dry_run": True,
    },
)
def params_and_conf():
    @task
    def plan(params=None) -> list[str]:
        return [f"{params['region']}-{day}" for day in range(params["days"])]

    @task
    def run(steps: list[str], **context):
        if context["params"]["dry_run"]:
            return f"would run {len(steps)}"
        return steps

    @task.bash
    def say() -> str:
        return "echo {{ params.region }} {{ dag_run.conf.get('note', 'no note') }}"

    run(plan()) >> say()


params_and_conf()
