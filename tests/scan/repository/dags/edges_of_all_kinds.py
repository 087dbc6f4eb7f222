"""Edges through arguments, XComs, setups. (airflow dag)"""

# ruff: noqa  # written as users write
from datetime import datetime
from compat import (
    DAG,
    Asset,
    BashOperator,
    BranchPythonOperator,
    EmptyOperator,
    Label,
    PythonOperator,
    TaskGroup,
    chain,
    dag,
    task,
)

try:
    from airflow.sdk import XComArg, setup, teardown
except ImportError:
    from airflow import XComArg
    from airflow.decorators import setup, teardown

A, B = Asset("s3://a"), Asset("s3://b")


@task(multiple_outputs=True, pool="p1")
def extract(n: int = 1) -> dict:
    return {"a": 1, "b": 2}


@task
def load(*args, **kwargs):
    pass


with DAG("edges", schedule=[A, B], start_date=datetime(2024, 1, 1)) as d:
    e1, e2, e3 = extract(), extract(2), extract.override(task_id="extract")(3)
    load(e1["a"], [e2["b"], {"k": e3}], x=f"{e1}", y=(e2,))
    t = PythonOperator(
        task_id="t", python_callable=print, op_args=[e1], op_kwargs={"a": {"b": [e2]}}, retries=2
    )
    BashOperator(
        task_id="templ",
        bash_command="{{ ti.xcom_pull(task_ids='t') }} {{ task_instance.xcom_pull(['extract', \"extract__1\"], key='a') }}",
        env={"A": "{{ ti.xcom_pull(task_ids='load') }}"},
    )
    BashOperator(task_id="text", bash_command=f"echo {t.output}")
    BashOperator(task_id="str_text", bash_command="echo " + str(e3["a"]))
    b = BranchPythonOperator(task_id="branch", python_callable=lambda: "x")
    (
        b
        >> Label("yes")
        >> EmptyOperator(task_id="x")
        >> Label("done")
        >> EmptyOperator(task_id="join", trigger_rule="none_failed_min_one_success")
    )
    b >> Label("no") >> d.get_task("join")
    [e1, t] >> b
    XComArg(t) >> d.get_task("templ")
    load.expand(x=[1, 2]) if False else None
    mapped = PythonOperator.partial(task_id="mapped", python_callable=print, max_active_tis_per_dag=1).expand(
        op_args=t.output.map(lambda x: [x])
    )
    mapped2 = load.partial(k=e1["a"]).expand(z=mapped.output)
    zipped = load.expand_kwargs(e1.zip(e2) if False else e3.map(lambda v: {"q": v}))
    chain(
        mapped2,
        [zipped, t >> EmptyOperator(task_id="chained")],
        [EmptyOperator(task_id="c1"), EmptyOperator(task_id="c2")],
    )


with DAG("setup", schedule=(A | B), start_date=datetime(2024, 1, 1)) as s:

    @setup
    def up():
        return 1

    @teardown
    def down(v):
        pass

    @task
    def work(i):
        pass

    with TaskGroup("g") as g:
        u = up()
        dn = down(u)
        u >> work(1) >> work(2) >> dn
    g >> EmptyOperator(task_id="after")
    s1 = EmptyOperator(task_id="s1").as_setup()
    w = EmptyOperator(task_id="w")
    t1 = EmptyOperator(task_id="t1", trigger_rule="one_failed").as_teardown(
        setups=s1, on_failure_fail_dagrun=True
    )
    s1 >> w >> t1
    with EmptyOperator(task_id="t2").as_teardown(setups=EmptyOperator(task_id="s2")):
        EmptyOperator(task_id="w2") >> EmptyOperator(task_id="w3")


class Add:
    def __init__(self, d):
        self.d = d


with DAG("late", schedule=(A & B), start_date=datetime(2024, 1, 1)) as late:
    pass
loose = EmptyOperator(task_id="loose")
late.add_task(loose)
late.add_tasks([EmptyOperator(task_id="l2"), EmptyOperator(task_id="l3")])
loose2 = EmptyOperator(task_id="loose2")
loose2.dag = late
loose >> late.get_task("l2")
loose3 = EmptyOperator(task_id="loose3")
loose >> loose3
late.get_task("l3").trigger_rule = "all_done"
late.get_task("l3").retries = 8
for t in late.tasks:
    if t.task_id.startswith("l") and t.downstream_task_ids:
        t.pool = "has_down"
roots = [t for t in late.tasks if not t.upstream_list]
fin = EmptyOperator(task_id="fin", dag=late)
for r in roots:
    r >> fin
