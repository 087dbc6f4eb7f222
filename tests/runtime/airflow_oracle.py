"""Runs inside Airflow and answers for it: what does Airflow itself decide, run, or put into a context?

Questions and answers are JSON, one a line: {"ask": name, ...arguments}. Needs only Airflow.
"""

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
    """What the scheduler does with a task: "run", or its new state. A case: [rule, [[state, setup], ...]]."""
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
            made[t["id"]].set_upstream([made[b] for b in t["before"]])
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
    """The texts in the context of the scheduled run for the first interval from `start` on."""
    from airflow.timetables.base import TimeRestriction
    from airflow.timetables.interval import CronDataIntervalTimetable
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState
    from airflow.utils.types import DagRunType

    database()
    timetable = CronDataIntervalTimetable(schedule, zone)
    with DAG("context", start_date=pendulum.parse(start), schedule=timetable) as dag:
        EmptyOperator(task_id="task")
    first = TimeRestriction(pendulum.parse(start), None, True)
    info = timetable.next_dagrun_info(last_automated_data_interval=None, restriction=first)
    with create_session() as session:
        made = dag.create_dagrun(
            run_type=DagRunType.SCHEDULED,
            state=DagRunState.RUNNING,
            execution_date=info.logical_date,
            data_interval=info.data_interval,
            external_trigger=False,
            session=session,
        )
        session.flush()
        session.expire_all()  # as the worker finds it: read from the database
        made.dag = dag
        (instance,) = made.get_task_instances(session=session)
        instance.task = dag.get_task("task")
        found = instance.get_template_context(session=session)
        texts = {name: str(found[name]) for name in DATES}
        session.rollback()
    return texts


DATES = ["ds", "ds_nodash", "ts", "ts_nodash", "ts_nodash_with_tz", "prev_ds", "prev_ds_nodash", "next_ds"]
DATES += ["next_ds_nodash", "yesterday_ds", "yesterday_ds_nodash", "tomorrow_ds", "tomorrow_ds_nodash"]
DATES += [
    "logical_date",
    "data_interval_start",
    "data_interval_end",
    "prev_execution_date",
    "next_execution_date",
]


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
