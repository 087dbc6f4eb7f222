"""DAGs that wait for each other's runs and start them."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.decorators import dag, task
from airflow.exceptions import AirflowSkipException
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator, ShortCircuitOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sensors.external_task import ExternalTaskSensor
from airflow.utils.state import DagRunState, TaskInstanceState
from airflow.utils.task_group import TaskGroup

START = datetime(2024, 1, 1)
soon = {"poke_interval": 0.2, "timeout": 0.3}


def load(day):
    """Bad on the 4th."""
    if day == "2024-01-04":
        raise ValueError(day)


with DAG("feed", schedule="30 6 * * *", start_date=START, catchup=False):
    start = EmptyOperator(task_id="start")
    with TaskGroup("loads") as loads:
        first = PythonOperator(task_id="first", python_callable=load, op_args=["{{ ds }}"])
        second = PythonOperator(task_id="second", python_callable=lambda: 2)
        first >> second
    start >> loads >> EmptyOperator(task_id="end")

with DAG("routed_feed", schedule="30 6 * * *", start_date=START, catchup=False):
    wanted = ShortCircuitOperator(
        task_id="wanted", python_callable=lambda day: day != "2024-01-05", op_args=["{{ ds }}"]
    )
    wanted >> PythonOperator(task_id="third", python_callable=load, op_args=["{{ ds }}"])


def days_before(logical_date):
    """The run of the day, and the one before it."""
    return [logical_date - timedelta(hours=1, days=n) for n in range(2)]


with DAG("waits_for_feeds", schedule="30 7 * * *", start_date=START, catchup=False):
    hour = timedelta(hours=1)
    a_task = ExternalTaskSensor(
        task_id="a_task",
        external_dag_id="feed",
        external_task_id="loads.first",
        execution_delta=timedelta(hours=1),
        **soon,
    )
    same_date = ExternalTaskSensor(
        task_id="same_date", external_dag_id="feed", timeout=0.2, poke_interval=0.1
    )
    whole = ExternalTaskSensor(
        task_id="whole",
        external_dag_id="feed",
        execution_delta=hour,
        failed_states=[DagRunState.FAILED],
        poke_interval=0.2,
        timeout=0.3,
    )
    soft = ExternalTaskSensor(
        task_id="soft",
        external_dag_id="feed",
        execution_delta=hour,
        failed_states=["failed"],
        soft_fail=True,
        poke_interval=0.2,
        timeout=0.3,
    )
    group = ExternalTaskSensor(
        task_id="group",
        external_dag_id="feed",
        external_task_group_id="loads",
        execution_delta=hour,
        allowed_states=[TaskInstanceState.SUCCESS, TaskInstanceState.UPSTREAM_FAILED],
        poke_interval=0.2,
        timeout=0.3,
    )
    ended = ExternalTaskSensor(
        task_id="ended",
        external_dag_id="feed",
        external_task_ids=["end"],
        execution_delta=hour,
        allowed_states=["success", "upstream_failed"],
        poke_interval=0.2,
        timeout=0.3,
    )
    two_days = ExternalTaskSensor(
        task_id="two_days",
        external_dag_id="feed",
        external_task_id="loads.second",
        execution_date_fn=days_before,
        check_existence=True,
        poke_interval=0.2,
        timeout=0.3,
    )
    not_wanted = ExternalTaskSensor(
        task_id="not_wanted",
        external_dag_id="routed_feed",
        external_task_id="third",
        execution_date_fn=lambda date: date.subtract(hours=1),
        skipped_states=["skipped"],
        failed_states=["failed"],
        poke_interval=0.2,
        timeout=0.3,
    )

with DAG("starts_reports", schedule="@daily", start_date=START, catchup=False):
    TriggerDagRunOperator(
        task_id="always", trigger_dag_id="report_on", conf={"day": "{{ ds }}", "full": True}
    )
    TriggerDagRunOperator(task_id="by_date", trigger_dag_id="report_on", execution_date="{{ ds }}")
    TriggerDagRunOperator(
        task_id="by_name",
        trigger_dag_id="report_on",
        trigger_run_id="of_{{ ds }}",
        skip_when_already_exists=True,
    )
    TriggerDagRunOperator(
        task_id="again",
        trigger_dag_id="report_on",
        trigger_run_id="again_{{ ds }}",
        conf={"day": "first"},
        reset_dag_run=True,
    )
    TriggerDagRunOperator(task_id="nobody", trigger_dag_id="no_such_dag")


@dag(schedule=None, start_date=START, params={"full": False})
def report_on():
    @task
    def write(params=None, dag_run=None, ds=None):
        if dag_run.conf.get("day") == "skip":
            raise AirflowSkipException("nothing to do")
        return [params["full"], dag_run.conf.get("day"), ds]

    write()


report_on()


def of_midnight(date, **context):
    return date.replace(hour=6, minute=30)


with DAG("waits_in_a_loop", schedule="@daily", start_date=START, catchup=False):
    for name in ("first", "second"):
        ExternalTaskSensor(
            task_id=f"wait_for_{name}",
            external_dag_id="feed",
            external_task_id=f"loads.{name}",
            execution_date_fn=of_midnight,
            mode="reschedule",
        )
