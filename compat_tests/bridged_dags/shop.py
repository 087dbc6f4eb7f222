"""Native and bridged tasks in one DAG, as a shop may have them; it loads in Airflow 2 and 3."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.decorators import task
from airflow.exceptions import AirflowSkipException
from airflow.hooks.base import BaseHook
from airflow.models import BaseOperator
from airflow.operators.branch import BaseBranchOperator
from airflow.operators.python import PythonOperator
from airflow.providers.smtp.operators.smtp import EmailOperator


class CountOperator(BaseOperator):
    """Of the company's own: a template, a pull by a constant, a push."""

    template_fields = ("text",)

    def __init__(self, *, text, **kwargs):
        super().__init__(**kwargs)
        self.text = text

    def execute(self, context):
        rows = context["ti"].xcom_pull(task_ids="orders")
        context["ti"].xcom_push(key="words", value=self.text.split())
        context["ti"].xcom_push(key="pair", value=(len(rows), self.text))
        return {
            "rows": len(rows),
            "region": context["params"]["region"],
            "conf": dict(context["dag_run"].conf),
        }


class SometimesOperator(BaseOperator):
    """Has nothing to do on some days."""

    def execute(self, context):
        if context["ds"] == "2024-01-04":
            raise AirflowSkipException("nothing today")
        return context["ds"]


class RouteOperator(BaseBranchOperator):
    """A branch of the company's own."""

    def choose_branch(self, context):
        return "delta" if context["ds"] == "2024-01-03" else ["full.load"]


class PickOperator(BaseOperator):
    """Reads what it is told to, so that it is given everything."""

    def __init__(self, *, source, key, **kwargs):
        super().__init__(**kwargs)
        self.source, self.key = source, key

    def execute(self, context):
        return context["ti"].xcom_pull(task_ids=self.source, key=self.key)


def owner():
    """A helper that reads a connection."""
    return BaseHook.get_connection("shop").login


def flaky(ti):
    """Succeeds at the second try, and asks who owns the shop in a way that has no native form."""
    if ti.try_number == 1:
        raise ValueError("the first try fails")
    return [ti.try_number, getattr(BaseHook.get_connection("shop"), "login")]  # noqa: B009


def broken(ti):
    """Never succeeds, and leaves something behind that has to be cleaned up."""
    ti.xcom_push(key="half", value=[owner()])
    raise ValueError(owner())


def states(dag_run, **_):
    """What a last task tells of those before it."""
    found = {ti.task_id: str(ti.state) for ti in dag_run.get_task_instances()}
    return {name: found[name] for name in ("breaks", "stays_away", "sometimes", "delta")}


def told(ti):
    """What one has left behind that failed, and the name of its own task."""
    return [ti.xcom_pull("breaks", key="half"), ti.xcom_pull("counts", key="pair")[0], ti.task_id]


with DAG(
    "shop",
    schedule="@daily",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    params={"region": "eu"},
    default_args={"retry_delay": timedelta(seconds=1)},
) as dag:
    from airflow.utils.task_group import TaskGroup

    @task
    def orders(ds=None):
        return [ds, "b", "c"]

    @task(multiple_outputs=True)
    def totals():
        return {"sum": 6, "most": 3}

    counts = CountOperator(
        task_id="counts",
        text="{{ ds }} {{ ti.xcom_pull('totals', key='most') }} {{ conn.shop.login }} {{ var.value.shop_name }} "
        "{{ params.region }} {{ task_instance.xcom_pull(task_ids=['orders', 'totals'])|length }}",
    )
    mail = EmailOperator(
        task_id="mail",
        to="{{ var.value.shop_name }}@example.org",
        subject="{{ ds }}: {{ ti.xcom_pull(task_ids='counts')['rows'] }} rows",
        html_content="{{ ti.xcom_pull(task_ids='counts', key='words') | join('-') }}",
    )
    sometimes = SometimesOperator(task_id="sometimes")

    @task
    def after_sometimes(day):
        return f"there was {day}"

    @task
    def summary(counted, words):
        return {"rows": counted["rows"], "words": words}

    again = PythonOperator(task_id="again", python_callable=flaky, retries=2)
    breaks = PythonOperator(task_id="breaks", python_callable=broken, retries=1)
    stays_away = PythonOperator(task_id="stays_away", python_callable=lambda: "never")
    route = RouteOperator(task_id="route")
    delta = PythonOperator(task_id="delta", python_callable=lambda: "delta")
    with TaskGroup("full"):
        load = PythonOperator(task_id="load", python_callable=lambda: "full")
    meet = PythonOperator(
        task_id="meet", python_callable=lambda: "met", trigger_rule="none_failed_min_one_success"
    )
    pick = PickOperator(task_id="pick", source="counts", key="words")
    clean_up = PythonOperator(task_id="clean_up", python_callable=lambda: "clean", trigger_rule="all_done")
    alarm = PythonOperator(task_id="alarm", python_callable=told, trigger_rule="one_failed")
    tell = PythonOperator(task_id="tell", python_callable=states, trigger_rule="all_done")

    rows = orders()
    [rows, totals()] >> counts >> mail
    rows >> sometimes
    after = after_sometimes(sometimes.output)
    summed = summary(counts.output, counts.output["words"])
    summed >> pick >> again
    again >> breaks >> [stays_away, clean_up, alarm]
    route >> [delta, load] >> meet
    [stays_away, after, meet] >> tell


class ParentOperator(BaseOperator):
    """Says which process has started that of the task."""

    def execute(self, context):
        import os

        return os.getppid()


with DAG("ten", schedule=None, start_date=datetime(2024, 1, 1)):

    @task
    def collect(values):
        return sorted(values)

    last = collect([ParentOperator(task_id=f"task_{number}").output for number in range(10)])
