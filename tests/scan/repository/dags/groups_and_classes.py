"""Groups: default_args, prefixes, suffixes, mapped, custom. (airflow dag)"""

# ruff: noqa  # written as users write
from datetime import datetime, timedelta
from compat import (
    DAG,
    BaseOperator,
    BashOperator,
    EmptyOperator,
    Label,
    PythonOperator,
    TaskGroup,
    chain,
    chain_linear,
    cross_downstream,
    dag,
    task,
    task_group,
)


class Checked(TaskGroup):
    def __init__(self, group_id, tables=(), **kwargs):
        super().__init__(group_id=group_id, **kwargs)
        self.tables = list(tables)
        self.first = EmptyOperator(task_id="first", task_group=self)
        for table in self.tables:
            check = EmptyOperator(task_id=f"check_{table}", task_group=self)
            self.first >> check


def build_group(name, n, parent=None):
    with TaskGroup(group_id=name, parent_group=parent, default_args={"retries": n}) as group:
        ops = [EmptyOperator(task_id=f"t{i}") for i in range(n)]
        chain(*ops)
    return group


with DAG(
    "groups",
    schedule="@hourly",
    start_date=datetime(2024, 1, 1),
    default_args={"retries": 1, "pool": "base", "trigger_rule": "all_done"},
) as d:
    checked = Checked("checked", tables=["a", "b"])
    built = build_group("built", 3)
    other = build_group("built_two", 2, parent=None)
    checked >> Label("ok") >> built >> other
    with TaskGroup("no_prefix", prefix_group_id=False, default_args={"pool": "small"}):
        EmptyOperator(task_id="free")
        with TaskGroup("inside", default_args={"retries": 9}) as inside:
            EmptyOperator(task_id="bound")
            EmptyOperator(task_id="own", retries=0, pool="mine", trigger_rule="one_failed")
    for _ in range(3):
        with TaskGroup("again", add_suffix_on_collision=True):
            EmptyOperator(task_id="x")
    late = EmptyOperator(task_id="late")
    inside.add(EmptyOperator(task_id="added", task_group=d.task_group)) if False else None
    g = TaskGroup("manual")
    m1 = EmptyOperator(task_id="m1", task_group=g)
    m2 = BashOperator(task_id="m2", bash_command="x", task_group=g)
    m1 >> m2
    late.set_downstream(g)
    g.set_upstream([built, other])


@dag(schedule=None, start_date=datetime(2024, 1, 1))
def task_groups():
    @task
    def get():
        return [1]

    @task
    def use(x, y=0):
        return x

    @task_group(default_args={"retries": 5})
    def etl(x):
        a = use(x)
        b = use(a, y=x)
        return {"a": a, "b": b}

    r1 = etl(get())
    r2 = etl(r1["a"])
    r3 = etl.override(group_id="third")(r2["b"])
    use([r3["a"], r1["b"]])

    @task_group
    def mapped(x, k):
        first = use(x)
        second = use.override(task_id="second")(k)
        first >> second
        return second

    out = mapped.partial(k=3).expand(x=get())
    use(out)
    mapped.override(group_id="kw").expand_kwargs([{"x": 1, "k": 2}])

    @task_group
    def nested():
        @task_group
        def deep(n):
            use(n)

        return deep(0)

    nested()

    @task_group(prefix_group_id=False)
    def bare():
        use.override(task_id="bare_task")(1)

    bare() >> EmptyOperator(task_id="end")

    ups = [EmptyOperator(task_id=f"u{i}") for i in range(2)]
    downs = [EmptyOperator(task_id=f"d{i}") for i in range(2)]
    cross_downstream(ups, downs)
    chain_linear(downs, [EmptyOperator(task_id="lin1"), EmptyOperator(task_id="lin2")])


task_groups()
