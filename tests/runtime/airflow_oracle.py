"""Runs inside Airflow and answers for it: what does Airflow itself decide, run, or put into a context?

Questions and answers are JSON, one a line: {"ask": name, ...arguments}. Needs the standard library and Airflow.
"""

import itertools
import json
import os
import shutil
import sys
import tempfile
import warnings
from types import SimpleNamespace

warnings.simplefilter("ignore")
os.environ["AIRFLOW_HOME"] = home = tempfile.mkdtemp(prefix="oracle")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "CRITICAL"
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import pendulum  # noqa: E402
from airflow import DAG  # noqa: E402
from airflow import __version__ as version  # noqa: E402

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.providers.standard.operators.python import (
        BranchPythonOperator,
        PythonOperator,
        ShortCircuitOperator,
    )
    from airflow.task.trigger_rule import TriggerRule
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.operators.empty import EmptyOperator
    from airflow.operators.python import BranchPythonOperator, PythonOperator, ShortCircuitOperator
    from airflow.utils.trigger_rule import TriggerRule

THREE = version >= "3"
START = pendulum.datetime(2024, 1, 1, tz="UTC")


def rules():
    """The names of all trigger rules."""
    return sorted(rule.value for rule in TriggerRule)


def decide(cases):
    """What the scheduler does with a task: "run", or the state that it gives it, for [rule, [[state, setup], ...]]."""
    return [one_decision(rule, before) for rule, before in cases]


def one_decision(rule, before):
    from airflow.ti_deps.dep_context import DepContext
    from airflow.ti_deps.deps.trigger_rule_dep import TriggerRuleDep

    with DAG("decide", start_date=START, schedule=None) as dag:
        teardown = rule == "all_done_setup_success"
        task = EmptyOperator(task_id="task", **({} if teardown else {"trigger_rule": rule}))
        if teardown:
            task.as_teardown()
        for number, (_, setup) in enumerate(before):
            one = EmptyOperator(task_id=f"before{number}")
            (one.as_setup() if setup else one) >> task
    task = serialized(dag).get_task("task") if THREE else task
    finished = [
        SimpleNamespace(task_id=f"before{n}", state=state, map_index=-1, task=SimpleNamespace(is_setup=setup))
        for n, (state, setup) in enumerate(before)
    ]
    instance = SimpleNamespace(
        task=task, task_id="task", dag_id="decide", run_id="r", map_index=-1, state="run"
    )
    instance.get_dagrun = lambda *_, **__: None
    instance.set_state = lambda state, *_, **__: setattr(instance, "state", state.value) or True
    how = DepContext(flag_upstream_failed=True)
    how.finished_tis = finished
    arguments = {"ti": instance, "session": None, "dep_context": how}
    statuses = list(TriggerRuleDep()._get_dep_statuses(**arguments))
    waits = instance.state == "run" and not all(status.passed for status in statuses)
    return "waits" if waits else instance.state


def serialized(dag):
    from airflow.serialization.serialized_objects import DagSerialization

    return DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dag))


def run(dags):
    """Run whole DAGs: for each, the state of the run and of its tasks."""
    return [one_run(number, tasks) for number, tasks in enumerate(dags)]


def one_run(number, tasks):
    with DAG(f"run{number}", start_date=START, schedule=None) as dag:
        made = {t["id"]: operator(t) for t in tasks}
        for t in tasks:
            [made[u] for u in t["before"]] and [made[u] for u in t["before"]] >> made[t["id"]]
            if t.get("teardown_of"):
                made[t["id"]].as_teardown(setups=[made[s] for s in t["teardown_of"]])
    date = START.add(minutes=number)
    database()
    done = dag.test(execution_date=date)
    states = {ti.task_id: str(getattr(ti.state, "value", ti.state)) for ti in done.get_task_instances()}
    return {"run": str(getattr(done.state, "value", done.state)), "tasks": states}


def operator(t):
    common = {"task_id": t["id"], "trigger_rule": t["rule"], "retries": 0}
    if t.get("teardown_of"):
        common.pop("trigger_rule")
    if t["kind"] == "branch":
        return BranchPythonOperator(python_callable=lambda: t["returns"], **common)
    if t["kind"] == "short_circuit":
        ignore = t["skips"] == "all"
        return ShortCircuitOperator(
            python_callable=lambda: t["returns"], ignore_downstream_trigger_rules=ignore, **common
        )
    return PythonOperator(python_callable=lambda: end(t["kind"]), **common)


def end(kind):
    from airflow.exceptions import AirflowSkipException

    if kind == "fails":
        raise ValueError("on purpose")
    if kind == "skips":
        raise AirflowSkipException("on purpose")


def context(schedule, zone, start):
    """The texts that the scheduled run of an interval finds in its context."""
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance
    from airflow.timetables.base import TimeRestriction
    from airflow.timetables.interval import CronDataIntervalTimetable
    from airflow.utils.types import DagRunType

    database()
    timetable = CronDataIntervalTimetable(schedule, zone)
    with DAG("context", start_date=pendulum.parse(start), schedule=timetable) as dag:
        task = EmptyOperator(task_id="task")
    restriction = TimeRestriction(pendulum.parse(start), None, True)
    info = timetable.next_dagrun_info(last_automated_data_interval=None, restriction=restriction)
    asked = DagRun(
        dag_id="context",
        run_id="r",
        run_type=DagRunType.SCHEDULED,
        execution_date=info.logical_date.in_timezone("UTC"),
        data_interval=(
            info.data_interval.start.in_timezone("UTC"),
            info.data_interval.end.in_timezone("UTC"),
        ),
        external_trigger=False,
    )
    asked.dag = dag
    instance = TaskInstance(task, run_id=None)
    instance.dag_run, instance.run_id = asked, "r"
    found = instance.get_template_context(session=NoSession())
    names = """ds ds_nodash ts ts_nodash ts_nodash_with_tz prev_ds prev_ds_nodash next_ds next_ds_nodash
        yesterday_ds yesterday_ds_nodash tomorrow_ds tomorrow_ds_nodash data_interval_start data_interval_end"""
    return {name: str(found[name]) for name in names.split()}


def bash(cases):
    """Run BashOperators: ["success", value], ["skipped"] or ["failed"]."""
    return [one_bash(case) for case in cases]


def one_bash(case):
    from airflow.exceptions import AirflowException, AirflowSkipException

    try:
        return ["success", BashOperator(task_id="bash", **case).execute({})]
    except AirflowSkipException:
        return ["skipped"]
    except AirflowException:
        return ["failed"]


def database(made=[]):  # noqa: B006 (made once)
    if not made:
        from airflow.utils import db

        db.initdb()
        made.append(True)


QUESTIONS = {f.__name__: f for f in (rules, decide, run, context, bash)}

for line in sys.stdin:
    asked = json.loads(line)
    answers.write(json.dumps(QUESTIONS[asked.pop("ask")](**asked)) + "\n")
    answers.flush()
shutil.rmtree(home, ignore_errors=True)
