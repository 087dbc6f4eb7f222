"""Tasks that have no native form among tasks that have one."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.decorators import task
from airflow.exceptions import AirflowSkipException
from airflow.hooks.base import BaseHook
from airflow.models import BaseOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import BranchPythonOperator, PythonOperator, ShortCircuitOperator
from airflow.utils.task_group import TaskGroup

SHOP = "north"


class CountOperator(BaseOperator):
    """An operator of the company's own: what it pulls is seen here."""

    template_fields = ("text",)

    def __init__(self, *, text: str, **kwargs):
        super().__init__(**kwargs)
        self.text = text

    def execute(self, context):
        rows = context["ti"].xcom_pull(task_ids="extract")
        context["ti"].xcom_push(key="words", value=self.text.split())
        return len(rows)

    def on_kill(self):
        self.log.info("somebody has ended %s", self.dag.dag_id)


class MaybeOperator(BaseOperator):
    """Has nothing to do on some days."""

    def execute(self, context):
        if context["ds"] == "2024-01-04":
            raise AirflowSkipException("nothing today")
        return context["ds"]

    def on_kill(self):
        self.log.info("somebody has ended %s", self.dag.dag_id)


class PickOperator(BaseOperator):
    """Reads whatever it is told to read, so that it is given everything."""

    def __init__(self, *, source: str, key: str = "return_value", **kwargs):
        super().__init__(**kwargs)
        self.source, self.key = source, key

    def execute(self, context):
        return context["ti"].xcom_pull(task_ids=self.source, key=self.key)

    def on_kill(self):
        self.log.info("somebody has ended %s", self.dag.dag_id)


def flaky(ti, **context):
    """Succeeds at the second try, and looks at its whole context."""
    if ti.try_number == 1:
        raise ValueError("the first try fails")
    return sorted(key for key in context if key == "ds")


with DAG("bridged", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False, tags=["shop"]):

    @task(multiple_outputs=True)
    def totals():
        return {"sum": 6, "most": 3}

    @task
    def extract():
        return [1, 2, 3]

    count = CountOperator(
        task_id="count-rows",
        text=SHOP
        + " on {{ ds }}: {{ ti.xcom_pull('totals', key='most') }} {{ var.value.get('shop_owner', 'nobody') }}",
    )

    maybe = MaybeOperator(task_id="maybe")

    @task
    def after_maybe(day):
        return f"there was {day}"

    @task
    def report(number, words):
        return {"number": number, "words": words}

    try_again = PythonOperator(
        task_id="try_again", python_callable=flaky, retries=2, retry_delay=timedelta(seconds=1)
    )
    pick = PickOperator(task_id="pick", source="count-rows", key="words")
    rows = extract()
    [rows, totals()] >> count
    rows >> maybe
    after_maybe(maybe.output)
    report(count.output, count.output["words"]) >> pick
    try_again.set_upstream(rows)


def whole_context(**context):
    """Chooses by the context as a whole."""
    return "north" if dict(context)["ds"] == "2024-01-03" else "group.south"


def tell(ti, dag_run, **_):
    """The states of the run, as many a last task reports them."""
    found = {t.task_id: str(t.state) for t in dag_run.get_task_instances()}
    return {name: found[name] for name in ("breaks", "north", "which_side")}


with DAG("bridged_flow", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False):
    which_side = BranchPythonOperator(task_id="which_side", python_callable=whole_context)
    north = PythonOperator(task_id="north", python_callable=lambda: "L")
    with TaskGroup("group") as group:
        south = PythonOperator(task_id="south", python_callable=lambda: "R")
    meet = EmptyOperator(task_id="meet", trigger_rule="none_failed_min_one_success")
    carry_on = ShortCircuitOperator(
        task_id="carry-on", python_callable=lambda **context: dict(context)["ds"] == "2024-01-03"
    )
    at_hand = PythonOperator(task_id="at_hand", python_callable=lambda: "at_hand")
    far = PythonOperator(task_id="far", python_callable=lambda: "far", trigger_rule="all_done")
    breaks = PythonOperator(task_id="breaks", python_callable=lambda: 1 / 0)
    stays_away = PythonOperator(task_id="stays_away", python_callable=lambda: "never")
    last = PythonOperator(task_id="last", python_callable=tell, trigger_rule="all_done")
    which_side >> [north, group] >> meet
    carry_on >> at_hand >> far
    north >> breaks >> stays_away >> last


def login(conn_id):
    """A helper that needs Airflow: what calls it stays there."""
    return getattr(BaseHook.get_connection(conn_id), "login")  # noqa: B009


def greeting(conn_id):
    return f"hello {login(conn_id)}"


class NeverUsed(BaseOperator):
    """Nobody makes a task of it."""

    def execute(self, context):
        return BaseHook.get_connection("shop").host


with DAG("bridged_helpers", schedule=None, start_date=datetime(2024, 1, 1), params={"region": "eu"}):

    @task
    def plain(params=None):
        return params["region"]

    @task
    def greet(region):
        return f"{greeting('bridged_shop')} of {region}"

    @task(do_xcom_push=False)
    def check(text, dag_run=None):
        assert text.startswith("hello ada"), (text, dag_run)

    check(greet(plain()))
