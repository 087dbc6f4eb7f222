"""Tasks and DAGs from loops, comprehensions and factories."""

# ruff: noqa: UP031, UP032, B905  # written as users write

from datetime import datetime, timedelta

from airflow import DAG
from airflow.models.baseoperator import chain, chain_linear, cross_downstream
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator

TABLES = {"orders": ["id", "total"], "customers": ["id"]}
DEFAULTS = {"owner": "data", "retries": 2, "retry_delay": timedelta(minutes=1)}
COMMON = dict(start_date=datetime(2024, 1, 1), catchup=False, default_args={**DEFAULTS, "retries": 3})


def work(**context):
    print(context)


def build(name, *columns, schedule="@daily", **options):
    with DAG(f"load_{name}", schedule=schedule, tags=[name, "loops"], **COMMON, **options) as dag:
        start = EmptyOperator(task_id="start")
        parts = [BashOperator(task_id="copy_%s" % c, bash_command="echo " + c) for c in columns]
        end = EmptyOperator(task_id="end", trigger_rule="all_done", retries=0)
        start >> parts >> end
    return dag


for table, columns in TABLES.items():
    globals()[f"dag_{table}"] = build(table, *columns, max_active_runs=1)

with DAG("matrix", schedule=None, **COMMON) as matrix:
    grid = {}
    for i, region in enumerate(sorted(["north", "east"]), start=1):
        for j in range(1, 3):
            grid[i, j] = PythonOperator(task_id="{}_{:02d}".format(region, j), python_callable=work)
            if j > 1:
                grid[i, j - 1] >> grid[i, j]
    last = EmptyOperator(task_id="last")
    last << [grid[key] for key in grid if key[1] == 2]

with DAG("helpers", schedule=timedelta(hours=6), **COMMON):
    a, b, c, d, e, f, g, h = (EmptyOperator(task_id=letter) for letter in "abcdefgh")
    chain(a, [b, c], [d, e], f)
    cross_downstream([a, b], [g])
    chain_linear([g], [f, h])

pairs = zip("xyz", range(3))
dags = []
for letter, number in pairs:
    dag = DAG(
        dag_id="classic_" + letter,
        schedule_interval="0 %d * * *" % number,
        start_date=datetime(2024, 1, 1 + number),
    )
    one = EmptyOperator(task_id="one", dag=dag)
    two = EmptyOperator(task_id="two", dag=dag, depends_on_past=True)
    two.set_upstream(one)
    previous = two
    while number > 0:
        step = EmptyOperator(task_id=f"step_{number}")
        previous >> step
        previous = step
        number -= 1
    dags.append(dag)  # only the last one is a global name
