"""Mapped tasks, XComs as arguments, setups and teardowns."""

from datetime import datetime

from airflow import XComArg
from airflow.decorators import dag, setup, task, teardown
from airflow.models import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator


def helper(**kwargs):
    return kwargs


with DAG("mapping_classic", start_date=datetime(2024, 1, 1), schedule=None) as d1:
    source = PythonOperator(task_id="source", python_callable=lambda: [1, 2])
    extra = PythonOperator(
        task_id="extra", python_callable=helper, op_kwargs={"deep": [{"x": source.output}]}
    )
    keyed = PythonOperator(
        task_id="keyed", python_callable=helper, op_args=[source.output["part"], XComArg(extra, key="other")]
    )
    many = BashOperator.partial(task_id="many", retries=7, env={"A": extra.output}).expand(
        bash_command=source.output
    )
    fixed = BashOperator.partial(task_id="fixed").expand(bash_command=["a", "b"])
    by_dict = PythonOperator.partial(task_id="by_dict", python_callable=helper).expand(
        op_kwargs=source.output.map(lambda v: {"v": v}).zip(extra.output)
    )
    text_only = BashOperator(task_id="text_only", bash_command=f"echo {source.output}")
    [many, fixed] >> by_dict


@dag(start_date=datetime(2024, 1, 1), schedule=["@daily"][0], catchup=False)
def mapping_taskflow():
    @task(multiple_outputs=True)
    def extract():
        return {"a": 1, "b": [2]}

    @task
    def load(x, y=None):
        return x

    data = extract()
    load(data["a"], y=data["b"])
    load.partial(y=data["b"]).expand(x=extract())
    load.override(task_id="crossed").expand(x=[1, 2], y=[3, 4])
    load.expand_kwargs([{"x": 1}, {"x": 2}])
    tail = load.partial(y=data["a"]).expand(x=load.expand(x=[1]))
    tail >> EmptyOperator(task_id="end")


mapping_taskflow()


with DAG("marks", start_date=datetime(2024, 1, 1), schedule="@once") as marks:

    @setup
    def make_cluster():
        return "c"

    @teardown(on_failure_fail_dagrun=True)
    def drop_cluster(c):
        print(c)

    @task
    def compute(n):
        return n

    made = make_cluster()
    with drop_cluster(made):
        compute(1) >> compute(2)
        compute(3)
        compute.expand(n=[4, 5])  # Airflow does not see it here

    classic_up = EmptyOperator(task_id="up")
    middle = EmptyOperator(task_id="middle")
    classic_down = EmptyOperator(task_id="down").as_teardown(setups=classic_up)
    classic_up >> middle >> classic_down

    outer_up, outer_down = EmptyOperator(task_id="ou").as_setup(), EmptyOperator(task_id="od").as_teardown()
    with outer_up >> outer_down:
        inner_up, inner_down = (
            EmptyOperator(task_id="iu").as_setup(),
            EmptyOperator(task_id="idn").as_teardown(),
        )
        with inner_up >> inner_down:
            EmptyOperator(task_id="w1") >> EmptyOperator(task_id="w2")
