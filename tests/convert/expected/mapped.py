"""Mapped tasks and groups: where the items come from, what is done with one, and what may become of it."""

# Converted from `mapped.py`.

from itertools import zip_longest

import dagster as dg

from ..runtime.mapping import fan_out, product
from ..runtime.outcomes import Skip, outcome_executor, outcome_op
from ..runtime.shell import run_bash

REGIONS = ["eu", "us"]


def to_path(name):
    return f"/data/{name}"


def scaled(a, b=3):
    return a * b


@outcome_op(many=True)
def list_regions():
    return ["eu", "us", "ap"]


# one bad region must not make the others run again
@outcome_op(retry_policy=dg.RetryPolicy(max_retries=1, delay=1))
def count_rows(region):
    minimum = 2
    rows = [r for r in [1, 2, 3] if r >= minimum]
    return {"region": region, "rows": len(rows)}


@outcome_op(name="mapped_lists__total")
def total(counts):
    return sum(c["rows"] for c in counts)


@outcome_op(each=("x", "y"))
def cross(x, y):
    scale = 2
    return f"{x}-{y}-{scale}"


@outcome_op()
def load(path):
    path = to_path(path)
    path = (lambda path: path.upper())(path)
    table = "t"
    return f"{path}>{table}"


def pair(both):
    return list(both)


@outcome_op(name="mapped_lists__again")
def again(row):
    return row["rows"]


@outcome_op(each=("id", "name"), name="mapped_lists__described")
def described(id, name="none"):
    return f"{id}: {name}"


@outcome_op()
def pair_op(both):
    return pair(both=both)


@outcome_op()
def chained_lists(both):
    return pair(both=both)


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")


@outcome_op(many=True, name="mapped_operators__commands")
def commands(context: dg.OpExecutionContext):
    ds = context.partition_key
    return [f"echo {ds} > {ds}.txt; cat {ds}.txt", "exit 99"]


@outcome_op(many=True)
def arguments():
    return [[1], [2, 5]]


@outcome_op()
def say(bash_command):
    yield from run_bash(bash_command, env={"WHO": "me"})


@outcome_op()
def say_more(bash_command):
    yield from run_bash(bash_command)


@outcome_op(each=("bash_command", "env"))
def say_as(bash_command, env):
    yield from run_bash(bash_command, env=env)


@outcome_op()
def scale(op_args):
    return scaled(*op_args)


@outcome_op()
def scale_by(op_kwargs):
    return scaled(a=4, **op_kwargs)


@outcome_op(rule="none_failed")
def all_said():
    yield from run_bash("echo done")


@outcome_op(many=True)
def numbers():
    return [1, 2, 3, 4]


@outcome_op(many=True)
def nothing():
    return []


@outcome_op(many=True)
def no_list():
    return "text"


@outcome_op(rule="all_done")
def left_over(values):
    return list(values)


@outcome_op()
def never(values):
    return list(values)


@outcome_op(rule="one_failed")
def tell_of_failure():
    return "failed"


@outcome_op(rule="none_failed")
def fine():
    return "fine"


@outcome_op()
def start():
    return 1


def shifted(n, by):
    return n + by


@outcome_op()
def halved(n):
    if n == 2:
        raise Skip("two")
    if n == 3:
        raise ValueError("three")
    return None if n == 4 else n / 2


@outcome_op()
def of_nothing(n):
    if n == 2:
        raise Skip("two")
    if n == 3:
        raise ValueError("three")
    return None if n == 4 else n / 2


@outcome_op()
def of_none_again(n):
    if n == 2:
        raise Skip("two")
    if n == 3:
        raise ValueError("three")
    return None if n == 4 else n / 2


@outcome_op()
def of_text(n):
    if n == 2:
        raise Skip("two")
    if n == 3:
        raise ValueError("three")
    return None if n == 4 else n / 2


@outcome_op(pulls=("start",))
def shifted_op(start, n):
    return shifted(by=start, n=n)


@outcome_op()
def after_failure(n):
    return shifted(by=1, n=n)


@outcome_op(many=True)
def names():
    return ["a", "b", "c"]


@outcome_op(many=True)
def nobody():
    return []


@outcome_op(tolerated=True)
def begin():
    return 0


@outcome_op()
def publish_render(name):
    text = name
    if text == "b":
        raise Skip("no b")
    return f"<{text}>"


@outcome_op()
def publish_write(line):
    times = 2
    return line * times


@outcome_op(rule="all_done", also=("after_item", "after_publish_write"))
def publish_close():
    return "closed"


@outcome_op(tolerated=True)
def greet_hello(name):
    return f"hello {name}"


@outcome_op()
def greet_nobody_hello(name):
    return f"hello {name}"


@outcome_op(also=("after_item", "after_greet_hello"), tolerated=True)
def greet_tell():
    yield from run_bash("echo told")


@outcome_op(also=("after_item", "after_greet_nobody_hello"))
def greet_nobody_tell():
    yield from run_bash("echo told")


@outcome_op(rule="none_failed")
def gathered_op(lines):
    return list(lines)


@outcome_op(rule="all_done")
def last_of_all():
    return "last_of_all"


@fan_out()
def each_halved(numbers):
    return numbers


@fan_out()
def each_of_nothing(nothing_value):
    return nothing_value


@fan_out()
def each_of_text(no_list):
    return no_list


@fan_out()
def each_shifted():
    return [1, 2]


@fan_out()
def each_of_none_again(of_nothing):
    return of_nothing


@fan_out(rule="all_done")
def each_after_failure():
    return [7, 8]


@dg.job(executor_def=outcome_executor)
def mapped_ends():
    numbers_done = numbers()
    nothing_done = nothing()
    no_list_done = no_list()
    first = start()
    halved_done = each_halved(numbers=numbers_done.outcome).map(lambda n: halved(n=n).outcome)
    of_nothing_done = each_of_nothing(nothing_value=nothing_done.outcome).map(
        lambda n: of_nothing(n=n).outcome
    )
    each_of_text(no_list=no_list_done.outcome).map(lambda n: of_text(n=n).outcome)
    each_shifted(after=first.outcome).map(lambda n: shifted_op(n=n, start=first.outcome).outcome)
    left_over(values=halved_done.collect())
    never(values=halved_done.collect())
    tell_of_failure(after=halved_done.collect())
    fine(after=of_nothing_done.collect())
    each_of_none_again(of_nothing=of_nothing_done.collect()).map(lambda n: of_none_again(n=n).outcome)
    each_after_failure(after=halved_done.collect()).map(lambda n: after_failure(n=n).outcome)


mapped_ends_schedule = dg.ScheduleDefinition(
    job=mapped_ends, cron_schedule="@daily", execution_timezone="UTC"
)


@fan_out(rule="always")
def each_publish(names):
    return names


@fan_out()
def each_greet():
    return ["x", "y"]


@fan_out(rule="always")
def each_greet_nobody(nobody):
    return nobody


@dg.job(executor_def=outcome_executor)
def mapped_groups():
    lines = names()
    begin_done = begin()
    nobody_done = nobody()

    def publish(name):
        render = publish_render(name=name, after=lines.outcome)
        write = publish_write(line=render.outcome, after=name)
        publish_close(after_item=name, after_publish_write=write.outcome)
        return write.outcome

    write = each_publish(names=lines.outcome).map(publish)

    def greet(name):
        hello = greet_hello(name=name, after=begin_done.outcome)
        tell = greet_tell(after_item=name, after_greet_hello=hello.outcome)
        return tell.outcome

    tell = each_greet().map(greet)

    def greet_nobody(name):
        hello_2 = greet_nobody_hello(name=name, after=nobody_done.outcome)
        greet_nobody_tell(after_item=name, after_greet_nobody_hello=hello_2.outcome)

    each_greet_nobody(nobody=nobody_done.outcome).map(greet_nobody)
    gathered_op(lines=write.collect())
    last_of_all(after=tell.collect())


mapped_groups_schedule = dg.ScheduleDefinition(
    job=mapped_groups, cron_schedule="@daily", execution_timezone="UTC"
)


@fan_out()
def each_cross():
    return product(x=[1, 2], y=REGIONS)


@fan_out()
def each_described():
    return [{"id": 1}, {"id": 2, "name": "two"}]


@fan_out()
def each_count_rows(list_regions):
    return list_regions


@fan_out()
def each_load(list_regions):
    return list_regions


@fan_out()
def each_again(count_rows):
    return count_rows


@fan_out()
def each_pair(list_regions, count_rows):
    return list(zip_longest(list_regions, count_rows, fillvalue=0))


@fan_out()
def each_chained_lists(list_regions, count_rows):
    return [*list_regions, *count_rows]


@dg.job(executor_def=outcome_executor)
def mapped_lists():
    regions = list_regions()
    each_cross().map(lambda item: cross(item=item).outcome)
    each_described().map(lambda item: described(item=item).outcome)
    counts = each_count_rows(list_regions=regions.outcome).map(
        lambda region: count_rows(region=region).outcome
    )
    each_load(list_regions=regions.outcome).map(lambda path: load(path=path).outcome)
    total(counts=counts.collect())
    each_again(count_rows=counts.collect()).map(lambda row: again(row=row).outcome)
    each_pair(list_regions=regions.outcome, count_rows=counts.collect()).map(
        lambda both: pair_op(both=both).outcome
    )
    each_chained_lists(list_regions=regions.outcome, count_rows=counts.collect()).map(
        lambda both: chained_lists(both=both).outcome
    )


mapped_lists_schedule = dg.ScheduleDefinition(
    job=mapped_lists, cron_schedule="@daily", execution_timezone="UTC"
)


@fan_out()
def each_say_more(context: dg.OpExecutionContext):
    return ["echo hi $WHO", f"echo {context.partition_key}"]


@fan_out()
def each_say_as(context: dg.OpExecutionContext):
    return [
        {"bash_command": "echo $WHO", "env": {"WHO": context.partition_key.replace("-", "")}},
        {"bash_command": "echo nobody", "env": {}},
    ]


@fan_out()
def each_scale_by():
    return [{}, {"b": 5}]


@fan_out()
def each_say(commands):
    return commands


@fan_out()
def each_scale(arguments):
    return arguments


@dg.job(partitions_def=daily, executor_def=outcome_executor)
def mapped_operators():
    commands_done = commands()
    each_say_more().map(lambda bash_command: say_more(bash_command=bash_command).outcome)
    each_say_as().map(lambda item: say_as(item=item).outcome)
    arguments_done = arguments()
    each_scale_by().map(lambda op_kwargs: scale_by(op_kwargs=op_kwargs).outcome)
    say_done = each_say(commands=commands_done.outcome).map(
        lambda bash_command: say(bash_command=bash_command).outcome
    )
    each_scale(arguments=arguments_done.outcome).map(lambda op_args: scale(op_args=op_args).outcome)
    all_said(after=say_done.collect())


mapped_operators_schedule = dg.build_schedule_from_partitioned_job(mapped_operators)
defs = dg.Definitions(
    jobs=[mapped_ends, mapped_groups, mapped_lists, mapped_operators],
    schedules=[
        mapped_ends_schedule,
        mapped_groups_schedule,
        mapped_lists_schedule,
        mapped_operators_schedule,
    ],
)
