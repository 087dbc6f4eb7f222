"""Mapped tasks and groups: where the items come from, what is done with one, and what may become of it."""

from datetime import datetime, timedelta

from airflow.decorators import dag, task, task_group
from airflow.exceptions import AirflowSkipException
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

REGIONS = ["eu", "us"]


def to_path(name):
    return f"/data/{name}"


def scaled(a, b=3):
    return a * b


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def mapped_lists():
    @task
    def list_regions():
        return ["eu", "us", "ap"]

    # one bad region must not make the others run again
    @task(retries=1, retry_delay=timedelta(seconds=1), max_active_tis_per_dag=2)
    def count_rows(region, minimum):
        rows = [r for r in [1, 2, 3] if r >= minimum]
        return {"region": region, "rows": len(rows)}

    @task
    def total(counts):
        return sum(c["rows"] for c in counts)

    @task
    def cross(x, y, scale=2):
        return f"{x}-{y}-{scale}"

    @task
    def load(path, table):
        return f"{path}>{table}"

    @task
    def pair(both):
        return list(both)

    @task
    def again(row):
        return row["rows"]

    @task
    def described(id, name="none"):
        return f"{id}: {name}"

    regions = list_regions()
    counts = count_rows.partial(minimum=2).expand(region=regions)
    total(counts)
    again.expand(row=counts)
    cross.expand(x=[1, 2], y=REGIONS)
    load.partial(table="t").expand(path=regions.map(to_path).map(lambda path: path.upper()))
    pair.expand(both=regions.zip(counts, fillvalue=0))
    pair.override(task_id="chained_lists").expand(both=regions.concat(counts))
    described.expand_kwargs([{"id": 1}, {"id": 2, "name": "two"}])


mapped_lists()


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def mapped_operators():
    @task
    def commands(ds=None):
        return [f"echo {ds} > {ds}.txt; cat {ds}.txt", "exit 99"]

    @task
    def arguments():
        return [[1], [2, 5]]

    said = BashOperator.partial(task_id="say", env={"WHO": "me"}).expand(bash_command=commands())
    BashOperator.partial(task_id="say_more").expand(bash_command=["echo hi $WHO", "echo {{ ds }}"])
    BashOperator.partial(task_id="say_as").expand_kwargs(
        [
            {"bash_command": "echo $WHO", "env": {"WHO": "{{ ds_nodash }}"}},
            {"bash_command": "echo nobody", "env": {}},
        ]
    )
    PythonOperator.partial(task_id="scale", python_callable=scaled).expand(op_args=arguments())
    PythonOperator.partial(task_id="scale_by", python_callable=scaled, op_args=[4]).expand(
        op_kwargs=[{}, {"b": 5}]
    )
    said >> BashOperator(task_id="all_said", bash_command="echo done", trigger_rule="none_failed")


mapped_operators()


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def mapped_ends():
    @task
    def numbers():
        return [1, 2, 3, 4]

    @task
    def nothing():
        return []

    @task
    def no_list():
        return "text"

    @task
    def halved(n):
        if n == 2:
            raise AirflowSkipException("two")
        if n == 3:
            raise ValueError("three")
        return None if n == 4 else n / 2

    @task(trigger_rule="all_done")
    def left_over(values):
        return list(values)

    @task
    def never(values):
        return list(values)

    @task(trigger_rule="one_failed")
    def tell_of_failure():
        return "failed"

    @task(trigger_rule="none_failed")
    def fine():
        return "fine"

    @task
    def start():
        return 1

    @task
    def shifted(n, by):
        return n + by

    halves = halved.expand(n=numbers())
    left_over(halves)
    never(halves)
    halves >> tell_of_failure()
    none = halved.override(task_id="of_nothing").expand(n=nothing())
    none >> fine()
    halved.override(task_id="of_none_again").expand(n=none)
    halved.override(task_id="of_text").expand(n=no_list())
    first = start()
    late = shifted.partial(by=first).expand(n=[1, 2])
    first >> late
    halves >> shifted.override(task_id="after_failure", trigger_rule="all_done").partial(by=1).expand(
        n=[7, 8]
    )


mapped_ends()


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def mapped_groups():
    @task
    def names():
        return ["a", "b", "c"]

    @task
    def nobody():
        return []

    @task
    def begin():
        return 0

    @task_group
    def publish(name, size):
        @task
        def render(text):
            if text == "b":
                raise AirflowSkipException("no b")
            return f"<{text}>"

        @task
        def write(line, times):
            return line * times

        @task(trigger_rule="all_done")
        def close():
            return "closed"

        written = write(render(name), size)
        written >> close()
        return written

    @task_group
    def greet(name):
        @task
        def hello(name):
            return f"hello {name}"

        BashOperator(task_id="tell", bash_command="echo told") << hello(name)

    @task(trigger_rule="none_failed")
    def gathered(lines):
        return list(lines)

    @task(trigger_rule="all_done")
    def last_of_all():
        return "last_of_all"

    lines = publish.partial(size=2).expand(name=names())
    gathered(lines)
    begin() >> greet.expand(name=["x", "y"]) >> last_of_all()
    greet.override(group_id="greet_nobody").expand(name=nobody())


mapped_groups()
