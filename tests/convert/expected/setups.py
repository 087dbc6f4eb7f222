"""Setups and teardowns: what runs when work fails, and what decides over the run."""

# Converted from `setups.py`.

import dagster as dg

from ..runtime.mapping import fan_out
from ..runtime.outcomes import Skip, outcome_executor, outcome_op
from ..runtime.shell import run_bash


@outcome_op(setup=True)
def create_cluster():
    return {"id": "c-1"}


@outcome_op()
def train(cluster):
    return cluster["id"] + "!"


@outcome_op(setups=("create_cluster",))
def score(model):
    raise RuntimeError("bad feature")


@outcome_op(setups=("create_cluster",))
def report(model):
    return "ok"


# costs money by the hour
@outcome_op(rule="all_done_setup_success", tolerated=True)
def delete_cluster(cluster):
    return "gone " + cluster["id"]


@outcome_op(setup=True)
def up():
    yield from run_bash("echo up")


@outcome_op(tolerated=True)
def work():
    yield from run_bash("echo work")


@outcome_op(rule="all_done", setups=("up",))
def more():
    yield from run_bash("echo more")


@outcome_op(rule="all_done_setup_success", tolerated=True)
def down():
    yield from run_bash("exit 3")


@outcome_op(setup=True)
def up_2():
    yield from run_bash("exit 1")


@outcome_op(tolerated=True)
def work_2():
    yield from run_bash("echo work")


@outcome_op(rule="all_done", setups=("up_2",))
def more_2():
    yield from run_bash("echo more")


@outcome_op(rule="all_done_setup_success", tolerated=True)
def down_2():
    yield from run_bash("echo down")


@outcome_op(setup=True, tolerated=True)
def up_3():
    yield from run_bash("echo up")


@outcome_op(tolerated=True)
def work_3():
    yield from run_bash("echo work")


@outcome_op(rule="all_done_setup_success")
def down_3():
    yield from run_bash("exit 3")


@outcome_op(setup=True)
def outer_setup():
    return "outer"


@outcome_op(rule="all_done_setup_success", tolerated=True)
def outer_teardown(cluster_id):
    raise RuntimeError(f"{cluster_id} does not answer")


@outcome_op()
def outer_work(n):
    return n


@outcome_op(setup=True)
def section_inner_setup():
    return "inner"


@outcome_op()
def section_inner_work(cluster_id):
    raise Skip("nothing")


@outcome_op(setups=("outer_setup", "section_inner_setup"))
def section_after_work():
    return 3


@outcome_op(rule="all_done_setup_success", tolerated=True)
def section_inner_teardown(cluster_id):
    return f"down {cluster_id}"


@dg.job(executor_def=outcome_executor)
def cluster_of_a_run():
    cluster = create_cluster()
    model = train(cluster=cluster.outcome)
    scored = score(model=model.outcome, after=cluster.outcome)
    report_done = report(model=scored.outcome, after=cluster.outcome)
    delete_cluster(cluster=cluster.outcome, after=[report_done.outcome, scored.outcome])


cluster_of_a_run_schedule = dg.ScheduleDefinition(
    job=cluster_of_a_run, cron_schedule="@daily", execution_timezone="UTC"
)


@fan_out()
def each_outer_work():
    return [1, 2]


@dg.job(executor_def=outcome_executor)
def pairs_in_pairs():
    outer_setup_done = outer_setup()
    each_outer_work().map(lambda n: outer_work(n=n).outcome)
    inner_setup = section_inner_setup()
    inner_work = section_inner_work(cluster_id=inner_setup.outcome, after=outer_setup_done.outcome)
    after_work = section_after_work(after=[outer_setup_done.outcome, inner_setup.outcome, inner_work.outcome])
    outer_teardown(cluster_id=outer_setup_done.outcome, after=after_work.outcome)
    section_inner_teardown(cluster_id=inner_setup.outcome, after=after_work.outcome)


pairs_in_pairs_schedule = dg.ScheduleDefinition(
    job=pairs_in_pairs, cron_schedule="@daily", execution_timezone="UTC"
)


@dg.job(executor_def=outcome_executor)
def pairs_of_commands():
    up_done = up()
    up_2_done = up_2()
    work_done = work(after=up_done.outcome)
    work_2_done = work_2(after=up_2_done.outcome)
    more_done = more(after=[up_done.outcome, work_done.outcome])
    more_2_done = more_2(after=[up_2_done.outcome, work_2_done.outcome])
    down(after=[more_done.outcome, up_done.outcome])
    down_2(after=[more_2_done.outcome, up_2_done.outcome])


pairs_of_commands_schedule = dg.ScheduleDefinition(
    job=pairs_of_commands, cron_schedule="@daily", execution_timezone="UTC"
)


@dg.job(executor_def=outcome_executor)
def teardown_that_counts():
    up_3_done = up_3()
    work_3_done = work_3(after=up_3_done.outcome)
    down_3(after=[up_3_done.outcome, work_3_done.outcome])


teardown_that_counts_schedule = dg.ScheduleDefinition(
    job=teardown_that_counts, cron_schedule="@daily", execution_timezone="UTC"
)
defs = dg.Definitions(
    jobs=[cluster_of_a_run, pairs_in_pairs, pairs_of_commands, teardown_that_counts],
    schedules=[
        cluster_of_a_run_schedule,
        pairs_in_pairs_schedule,
        pairs_of_commands_schedule,
        teardown_that_counts_schedule,
    ],
)
