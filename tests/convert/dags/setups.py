"""Setups and teardowns: what runs when work fails, and what decides over the run."""

from datetime import datetime

from airflow import DAG
from airflow.decorators import dag, setup, task, task_group, teardown
from airflow.exceptions import AirflowSkipException
from airflow.operators.bash import BashOperator


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def cluster_of_a_run():
    @setup
    def create_cluster():
        return {"id": "c-1"}

    @task
    def train(cluster):
        return cluster["id"] + "!"

    @task
    def score(model):
        raise RuntimeError("bad feature")

    @task
    def report(model):
        return "ok"

    # costs money by the hour
    @teardown
    def delete_cluster(cluster):
        return "gone " + cluster["id"]

    cluster = create_cluster()
    model = train(cluster)
    scored = score(model)
    [scored, report(scored)] >> delete_cluster(cluster).as_teardown(setups=cluster)


cluster_of_a_run()

with DAG("pairs_of_commands", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False):
    up = BashOperator(task_id="up", bash_command="echo up").as_setup()
    work = BashOperator(task_id="work", bash_command="echo work")
    more = BashOperator(task_id="more", bash_command="echo more", trigger_rule="all_done")
    down = BashOperator(task_id="down", bash_command="exit 3").as_teardown(setups=up)
    up >> work >> more >> down
    with BashOperator(task_id="down_2", bash_command="echo down").as_teardown(
        setups=BashOperator(task_id="up_2", bash_command="exit 1")
    ):
        work_2 = BashOperator(task_id="work_2", bash_command="echo work")
        work_2 >> BashOperator(task_id="more_2", bash_command="echo more", trigger_rule="all_done")

with DAG("teardown_that_counts", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False):
    up_3 = BashOperator(task_id="up_3", bash_command="echo up")
    work_3 = BashOperator(task_id="work_3", bash_command="echo work")
    down_3 = BashOperator(task_id="down_3", bash_command="exit 3")
    up_3 >> work_3 >> down_3.as_teardown(setups=up_3, on_failure_fail_dagrun=True)


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def pairs_in_pairs():
    @setup
    def outer_setup():
        return "outer"

    @teardown
    def outer_teardown(cluster_id):
        raise RuntimeError(f"{cluster_id} does not answer")

    @task
    def outer_work(n):
        return n

    @task_group
    def section():
        @setup
        def inner_setup():
            return "inner"

        @task
        def inner_work(cluster_id):
            raise AirflowSkipException("nothing")

        @task
        def after_work():
            return 3

        @teardown
        def inner_teardown(cluster_id):
            return f"down {cluster_id}"

        inner = inner_setup()
        inner_work(inner) >> after_work() >> inner_teardown(inner)

    with outer_teardown(outer_setup()):
        outer_work.expand(n=[1, 2])
        section()


pairs_in_pairs()
