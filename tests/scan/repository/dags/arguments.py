"""airflow dag: arguments and defaults"""

# ruff: noqa  # written as users write
from datetime import datetime, timedelta
import pendulum
from compat import (
    DAG,
    BaseOperator,
    BashOperator,
    EmptyOperator,
    PythonOperator,
    TaskGroup,
    chain,
    dag,
    task,
    task_group,
)

K = dict(schedule=None, start_date=datetime(2024, 1, 1))


class WithRetries(BaseOperator):
    def __init__(self, retries=5, pool="cls_pool", **kwargs):
        super().__init__(**kwargs)


class Swallow(BaseOperator):
    def __init__(self, name, dag=None, **kwargs):
        super().__init__(task_id=f"sw_{name}", dag=dag, retries=kwargs.pop("tries", 1), **kwargs)


class PoolDefault(BaseOperator):
    def __init__(self, *, pool="mine", retries=9, **kwargs):
        super().__init__(pool=pool, retries=retries, **kwargs)


class Child(PoolDefault):
    pass


class Child2(Child):
    def __init__(self, **kwargs):
        kwargs = {"trigger_rule": "all_done", **kwargs}
        super(Child2, self).__init__(**kwargs)


class Mixin:
    def helper(self):
        return "mixed"


class Mixed(Mixin, BaseOperator):
    def __init__(self, **kwargs):
        super().__init__(task_id=self.helper(), **kwargs)


class Cond(BaseOperator):
    template_fields = ["sql"]

    def __init__(self, sql, flag=False, **kwargs):
        if flag:
            kwargs["retries"] = 8
        super().__init__(**kwargs)
        self.sql = sql
        if not flag:
            self.pool = "late_pool"

    @property
    def label2(self):
        return f"{self.task_id}_lab"

    def then(self, other):
        self >> other
        return other


with DAG("ops", default_args={"retries": 3, "pool": "dpool", "tries": 4}, **K) as d:
    WithRetries(task_id="wr")
    WithRetries(task_id="wr2", retries=7)
    Swallow(name="b", tries=2)
    PoolDefault(task_id="pd")
    Child(task_id="ch")
    Child2(task_id="ch2")
    Mixed()
    c1 = Cond(task_id="c1", sql="x")
    c2 = Cond(task_id="c2", sql="y", flag=True)
    c1.then(c2).then(EmptyOperator(task_id=c2.label2))
    src = PythonOperator(task_id="src", python_callable=print)
    Cond(task_id="c3", sql=src.output)
    c4 = Cond(task_id="c4", sql="z")
    c4.sql = src.output
    EmptyOperator(task_id="override_none", retries=None, pool=None) if False else None
    EmptyOperator(task_id="own_defaults", default_args={"retries": 1, "pool": "q"})


@dag(dag_id="dec", default_args={"retries": 2}, tags=["a", "b"], catchup=True, **K)
def pipeline(n=2):
    @task(retries=6, pool="tp", trigger_rule="one_success", task_id="renamed")
    def a():
        return {"x": 1}

    @task.branch(retries=0)
    def b(v):
        return "c"

    @task.short_circuit
    def s(v):
        return True

    @task
    def multi(*a, k=None):
        return a

    x = a()
    y = b(x)
    z = s.override(pool="sp")(v=y)
    m = multi(x, [y, {"q": (z,)}], k={"n": x["x"]})
    for i in range(3):
        m2 = multi.override(task_id=f"m_{i}", retries=i)(i)
        m >> m2
    with TaskGroup("tg", default_args={"retries": 11, "pool": "gp"}):
        multi(1)
        multi(2)
        g = multi.override(default_args={"retries": 12})(3)

    @task_group(default_args={"pool": "x"})
    def grp(v):
        return multi(v)

    grp(m) >> g
    multi.partial(k=1).expand_kwargs([{"z": 1}])
    multi.expand(k=[1, 2])
    BashOperator.partial(task_id="bp", retries=4).expand(bash_command=["a", "b"])
    PythonOperator.partial(task_id="pp", python_callable=print, pool="ppool").expand(
        op_args=[[1], [2]]
    ) >> multi(9)
    multi.expand(k=x.map(lambda v: v)) if False else None


pipeline()


def factory(name, sched="@daily", *tasks, tag_list=("t",), **dag_kw):
    @dag(
        name,
        schedule=sched,
        start_date=pendulum.datetime(2023, 1, 1, tz="UTC"),
        tags=list(tag_list),
        **dag_kw,
    )
    def inner():
        ops = [EmptyOperator(task_id=t) for t in tasks]
        chain(*ops) if len(ops) > 1 else None

    return inner()


args = ["a", "b", "c"]
conf = {"catchup": False, "max_active_tasks": 4}
x1 = factory("f1", "0 3 * * *", *args, **conf)
x2 = factory("f2", timedelta(days=2), *args[:1], tag_list=["z"], **{**conf, "catchup": True})
dags = {f"loop_{i}": factory(f"loop_{i}", None, *args[i:]) for i in range(2)}
globals().update(dags)
for did, dobj in dags.items():
    vars()[did + "_v"] = dobj
[(lambda nm: globals().__setitem__(nm, factory(nm, "@once", "q")))(n) for n in ("lam",)]
