"""Runs a job of a generated project and writes run records; needs Dagster and the project, nothing of ours.

    PYTHON migrate_dagster_worker.py REQUEST.json
    PYTHON migrate_dagster_worker.py --serve PROJECT

The request names the project folder, the DAG's entry in its manifest, and for each run the data interval
and the folder for its record. All runs share the instance that DAGSTER_HOME names. Exit status 1 with a
reason in `error.txt` beside the request when the project cannot be loaded or has no partition for an
interval; a run that fails is a record.

With --serve the project is loaded once, and each line of stdin is a request: {"request", "log", "home",
"cwd", "timeout"}. It is served in a forked process, and answered by {"status"}: its exit status, or "timeout".
"""

import contextlib
import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import sys
import tempfile
import time
import traceback
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import dagster as dg
from migrate_dagster_alike import (  # type: ignore[import-not-found]  # beside this script
    begin_each_step_alike,
    do_not_wait,
    own_clock,
    tell_when,
)
from migrate_dagster_bridged import complete  # type: ignore[import-not-found]  # beside this script
from migrate_dagster_graph import graph_of  # type: ignore[import-not-found]  # likewise
from migrate_dagster_instance import do_not_sync, make_instance  # type: ignore[import-not-found]  # likewise
from migrate_dagster_steps import (  # type: ignore[import-not-found]  # beside this script
    FAILED,
    SKIPPED,
    SUCCESS,
    Plan,
    Step,
    read_events,
)
from migrate_dagster_values import Artifact, Values  # type: ignore[import-not-found]  # likewise

HERE = Path(__file__).resolve()
DATE_TAGS = ("logical_date", "airflow/logical_date")  # tell a run without a partition which date it is about
SCHEDULE_TAG = "dagster/schedule_name"
END_TAG = "data_interval_end"  # likewise
INTERVAL_TAGS = ("airflow/data_interval_start", "airflow/data_interval_end")  # where only Airflow knows it
REFUSED = "cannot_run.txt"  # in the place of a record: why there is none
TICK = 0.02  # seconds between two looks at the process of a request
MAKER_VARIABLE = "MIGRATE_AIRFLOW_MAKER"  # tasks that run in Airflow do so in one process for all requests
NOTES_VARIABLE = "MIGRATE_CLOCK_NOTES"  # where the clock of steps leaves word
CONF_RESOURCES = ("params", "conf")  # take what a run is launched with

Request = dict[str, Any]
Task = dict[str, Any]


class CannotRun(Exception):
    """What the caller should read in one line."""


def load_definitions(request: Request) -> dg.Definitions:
    """The project's own definitions; where it has no such module, those of the DAG's module."""
    folder = Path(request["project"])
    if str(folder.parent) not in sys.path:
        sys.path.insert(0, str(folder.parent))
    whole = (folder / "definitions.py").exists()
    name = f"{folder.name}.{'definitions' if whole else request['entry']['module']}"
    found = getattr(importlib.import_module(name), "defs", None)
    if not isinstance(found, dg.Definitions) and callable(found):  # made by @definitions
        found = found()
    if not isinstance(found, dg.Definitions):
        raise CannotRun(f"{name} has no Definitions named defs")
    return found


def resolve_job(defs: dg.Definitions, request: Request) -> dg.JobDefinition:
    """The job of the DAG."""
    try:
        return defs.resolve_job_def(request["entry"]["job"])
    except dg.DagsterInvariantViolationError as error:
        raise CannotRun(f"the project has no job {request['entry']['job']}: {error}") from error


def job_to_run(path: str) -> dg.JobDefinition:
    """For Dagster, which loads the job again in each process of a run."""
    request = json.loads(Path(path).read_text(encoding="utf-8"))
    do_not_sync()
    begin_each_step_alike(request["project"])  # this may be the process of a single step
    job = resolve_job(load_definitions(request), request)
    return job if request["deployed"] else job.with_executor_def(one_process(job.executor_def))


def one_process(executor: dg.ExecutorDefinition) -> dg.ExecutorDefinition:
    """An executor that starts and retries steps by the same rules, in one process: far quicker."""
    given = executor.apply_config_mapping({"config": {}})
    config = (given.value or {}).get("config") or {}
    same = {name: config[name] for name in ("retries", "step_dependency_config") if name in config}
    return dg.in_process_executor.configured(same, name="one_process")


def partition_key(job: dg.JobDefinition, interval: list[str] | None) -> str | None:
    """The key of the partition whose window starts with the interval; None for a job without partitions."""
    partitions = job.partitions_def
    if partitions is None:
        return None
    if not isinstance(partitions, dg.TimeWindowPartitionsDefinition):
        kind = type(partitions).__name__
        raise CannotRun(f"job {job.name} is partitioned by {kind}, which stands for no interval")
    if interval is None:
        raise CannotRun(f"job {job.name} has partitions, and the run has no data interval")
    start = datetime.fromisoformat(interval[0]).astimezone(ZoneInfo(partitions.timezone))
    key = start.strftime(partitions.fmt)
    if not partitions.has_partition_key(key) or partitions.time_window_for_partition_key(key).start != start:
        raise CannotRun(f"job {job.name} has no partition that starts at {interval[0]}")
    return key


def run_config(job: dg.JobDefinition, conf: dict[str, Any]) -> dict[str, Any]:
    """`dag_run.conf` goes to the resource that takes what a run is launched with, field by field.

    A job that runs Airflow's own tasks takes it whole; callbacks stay off there, as they do on the other
    side.
    """
    steps = {name: {"config": given} for name, given in taken(job, conf).items()}
    if "airflow" in job.get_required_resource_defs():
        airflow = {"airflow": {"config": {"conf": conf, "callbacks": False}}}
        return {"resources": airflow, **({"ops": steps} if steps else {})}
    if not conf:
        return {}
    if steps:
        return {"ops": steps}
    names = [name for name in job.resource_defs if name in CONF_RESOURCES or name.endswith("_params")]
    if len(names) != 1:
        raise CannotRun(f"job {job.name} has {names or 'no resource'} to take {', '.join(conf)}")
    return {"resources": {names[0]: {"config": conf}}}


def taken(job: dg.JobDefinition, conf: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What each step with a config takes of what the run is launched with."""
    found = {}
    for node in job.graph.nodes:
        schema = node.definition.config_schema if isinstance(node.definition, dg.OpDefinition) else None
        kind = schema.config_type if schema else None
        fields = getattr(kind, "fields", None)
        if fields is None:
            continue
        whole = type(kind).__name__ == "Permissive"
        given = {key: value for key, value in conf.items() if whole or key in fields}
        found.update({node.name: given} if given else {})
    return found


def task_record(task_id: str, index: int, state: str, step: Step | None, xcoms: dict[str, Artifact]) -> Task:
    tries = 1 + step.retries if step and state in (SUCCESS, FAILED) else 0
    return {"task_id": task_id, "map_index": index, "state": state, "tries": tries, "xcoms": xcoms}


def asset_task(
    entry: Task, planned: dict[dg.AssetKey, str], plan: Plan, values: Values, task_id: str
) -> list[Task]:
    """The task of an asset; none when the job does not make it."""
    asset = dg.AssetKey(entry["asset_key"])
    key = planned.get(asset)
    if key is None:
        return []
    step, state = plan.steps.get(key), plan.state(key)
    if step and state == SUCCESS and asset not in step.assets:
        state = SKIPPED  # the step ended well and chose not to put this asset out
    holders = {name: dg.AssetKey.from_user_string(text) for name, text in entry["outputs"].items()}
    own = (
        {} if asset in holders.values() else {"return_value": asset}
    )  # a task may only push, and return nothing
    xcoms = {}
    for name, holder in {**own, **holders}.items():
        maker = plan.steps.get(planned.get(holder, ""))
        found = values.of_asset(holder, maker, f"{task_id}.{name}") if maker else None
        xcoms.update({name: found} if found is not None else {})
    return [task_record(task_id, -1, state, step, xcoms)]


def op_tasks(entry: Task, plan: Plan, values: Values, task_id: str) -> list[Task]:
    """The task of an op: one record, or one for each index of a mapped one."""
    found = []
    for index, key in sorted(plan.places(entry["op"]).items()):
        step, state = plan.steps.get(key), plan.state(key)
        label = task_id if index < 0 else f"{task_id}[{index}]"
        xcoms = {}
        if step and state == SUCCESS:
            usual = {"return_value": "outcome" if "outcome" in step.outputs else "result"}
            for name, output in {**usual, **entry["outputs"]}.items():
                value = values.of_output(key, step, output, f"{label}.{name}")
                xcoms.update({name: value} if value is not None else {})
        found.append(task_record(task_id, index, state, step, xcoms))
    return found


def airflow_tasks(entry: Task, plan: Plan, recorded: Path, folder: Path) -> list[Task]:
    """The tasks of a job that ran Airflow's own: values as Airflow kept them, states as Dagster shows."""
    body = json.loads((recorded / "record.json").read_text(encoding="utf-8"))
    unwanted = shutil.ignore_patterns("*.db*", "record.json", "*.lock")
    shutil.copytree(recorded, folder, dirs_exist_ok=True, ignore=unwanted)
    tasks: list[Task] = body["tasks"]
    for task in tasks:
        op = entry["tasks"].get(task["task_id"], {}).get("op")
        if task["map_index"] < 0 and op in plan.before:
            task["state"] = plan.state(op)
    return tasks


def tasks_of(entry: Task, planned: dict[dg.AssetKey, str], plan: Plan, values: Values) -> list[Task]:
    """All tasks that have a step; a contracted one has none."""
    found = []
    for task_id, task in sorted(entry["tasks"].items()):
        if task["asset_key"]:
            found += asset_task(task, planned, plan, values, task_id)
        elif task["op"]:
            found += op_tasks(task, plan, values, task_id)
    return found


def one_run(
    defs: dg.Definitions, instance: dg.DagsterInstance, request: Request, path: str, asked: Request
) -> None:
    """Run the job for one interval and write its record."""
    job = resolve_job(defs, request)
    key, date = partition_key(job, asked["interval"]), asked["logical_date"]
    folder = Path(asked["out"])
    folder.mkdir(parents=True, exist_ok=True)
    target = dg.build_reconstructable_job(
        HERE.stem, "job_to_run", (path,), reconstructor_working_directory=str(HERE.parent)
    )
    tags = {"dagster/partition": key} if key else dict.fromkeys(DATE_TAGS, date) if date else {}
    if not key and asked["interval"]:
        tags[END_TAG] = asked["interval"][1]
    if asked["interval"] and "airflow/timetable" in job.metadata:  # as its sensor does
        tags.update(zip(INTERVAL_TAGS, asked["interval"], strict=True))
    if asked["interval"] is not None:  # the other side's run is one of its schedule
        tags[SCHEDULE_TAG] = f"{job.name}_schedule"
    config = run_config(job, request["conf"])
    tell_when(asked)
    with dg.execute_job(target, instance, run_config=config, tags=tags, raise_on_error=False) as result:
        recorded = Path(instance.storage_directory()) / result.run_id / "airflow_run"
        steps, planned = read_events(instance, result.run_id)
        snapshot = instance.get_execution_plan_snapshot(result.dagster_run.execution_plan_snapshot_id or "")
        plan = Plan(snapshot.steps, steps)
        if (recorded / "record.json").exists():
            tasks = airflow_tasks(request["entry"], plan, recorded, folder)
        else:
            values = Values(defs, instance, result, key, folder)
            tasks = tasks_of(request["entry"], planned, plan, values)
            tasks = complete(tasks, recorded.with_name("airflow_tasks"), folder)
        state = SUCCESS if result.success else FAILED
    record = {
        "version": 1,
        "side": "dagster",
        "system": dg.__version__,
        "dag_id": request["dag_id"],
        "run_id": result.run_id,
        "logical_date": date,
        "interval": window_of(job, key),
        "state": state,
        "tasks": tasks,
        "outputs": [],
        "graph": graph_of(defs, job),
    }
    text = json.dumps(record, ensure_ascii=False) + "\n"
    (folder / "record.json").write_text(text, encoding="utf-8")


def window_of(job: dg.JobDefinition, key: str | None) -> list[str] | None:
    """The interval of a partition."""
    partitions = job.partitions_def
    if key is None or not isinstance(partitions, dg.TimeWindowPartitionsDefinition):
        return None
    window = partitions.time_window_for_partition_key(key)
    return [window.start.isoformat(), window.end.isoformat()]


def run_what_is_awaited(project: str) -> None:
    """A step that waits for a run that it has asked for would wait for a daemon: here, it runs that first."""
    requests = sys.modules.get(f"{Path(project).name}.runtime.other_jobs")
    if requests is None:
        return
    other = requests.OtherJob
    usual = other._follow

    def follow(self: Any, name: str, pause: float, *states: Any) -> None:
        run_asked(load_definitions({"project": project}), self.instance, self.name, name)
        usual(self, name, 0, *states)

    other._follow = follow


def run_asked(defs: dg.Definitions, instance: dg.DagsterInstance, job_name: str, request: str) -> None:
    """The run that a step has asked for, as the sensor of its job would start it."""
    repository = defs.get_repository_def()
    sensor = repository.get_sensor_def(f"{job_name}_requests")
    asked = sensor.evaluate_tick(dg.build_sensor_context(instance, repository_def=repository))
    job = defs.resolve_job_def(job_name)
    for one in asked.run_requests or ():
        if one.run_key == request:
            tags = {**one.tags, **({"dagster/partition": one.partition_key} if one.partition_key else {})}
            alone = job.with_executor_def(one_process(job.executor_def))
            alone.execute_in_process(
                run_config=one.run_config, instance=instance, tags=tags, raise_on_error=False
            )


def main(path: str) -> int:
    """Serve the request."""
    request = json.loads(Path(path).read_text(encoding="utf-8"))
    try:
        do_not_sync()
        do_not_wait()
        os.environ[NOTES_VARIABLE] = str(Path(path).with_name("clock.jsonl"))
        begin_each_step_alike(request["project"])
        defs = load_definitions(request)
        run_what_is_awaited(request["project"])
        with dg.DagsterInstance.get() as instance:
            for asked in request["runs"]:
                place = asked.get("request", path)  # a run of another DAG, which comes first
                try:
                    one_run(defs, instance, json.loads(Path(place).read_text("utf-8")), place, asked)
                except CannotRun as error:  # a run of the others can still be made
                    if "request" in asked or len(request["runs"]) == 1:
                        raise
                    Path(asked["out"]).mkdir(parents=True, exist_ok=True)
                    Path(asked["out"], REFUSED).write_text(str(error), encoding="utf-8")
    except (
        Exception
    ) as error:  # whatever the project does while it loads: the caller wants one line, the log has all
        traceback.print_exc()
        last = error if isinstance(error, CannotRun) else f"{type(error).__name__}: {error}"
        Path(path).with_name("error.txt").write_text(str(last), encoding="utf-8")
        return 1
    return 0


def load_once(project: str) -> None:
    """What the forked processes find loaded. One that does not load is told to whoever asks for a run of it."""
    sys.modules[HERE.stem] = sys.modules["__main__"]  # Dagster imports it by name, to load a job
    if (Path(project) / "definitions.py").exists():
        try:
            load_definitions({"project": project})
        except Exception:  # whatever the project does while it loads
            traceback.print_exc()


def forked(asked: Request, home: str) -> NoReturn:
    """In the process of one request."""
    status = 1
    try:
        os.setsid()
        log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        for descriptor, source in ((0, os.open(os.devnull, os.O_RDONLY)), (1, log), (2, log)):
            os.dup2(source, descriptor)
        shutil.copytree(home, asked["home"], dirs_exist_ok=True)
        os.environ["DAGSTER_HOME"] = asked["home"]
        os.chdir(asked["cwd"])
        status = main(asked["request"])
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)  # the exit handlers are those of the process that was forked


def serve_one(asked: Request, home: str, requests: int) -> int | str | None:
    """The exit status of a request, negative for a signal; None when nobody waits for it any more."""
    pid = os.fork()
    if pid == 0:
        forked(asked, home)
    deadline = time.monotonic() + asked["timeout"]
    with selectors.DefaultSelector() as selector:
        selector.register(requests, selectors.EVENT_READ)
        while True:
            nobody_waits = bool(selector.select(TICK))
            found, status = os.waitpid(pid, os.WNOHANG)
            late = time.monotonic() >= deadline
            if found or late or nobody_waits:
                break
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # with all that it has started; also what one that ended has left
    if found:
        return os.waitstatus_to_exitcode(status)
    os.waitpid(pid, 0)
    return None if nobody_waits else "timeout"


def serve(project: str) -> int:
    """Answer requests until stdin ends."""
    requests, answers = os.dup(0), os.dup(1)
    os.dup2(2, 1)  # what the project prints while it loads is not an answer
    os.environ[MAKER_VARIABLE] = str(os.getpid())
    own_clock(project)  # before the project takes functions from the module `time`
    load_once(project)
    with os.fdopen(requests, "rb", buffering=0) as lines, tempfile.TemporaryDirectory() as home:
        make_instance(home)
        gc.collect()
        gc.freeze()  # what is here now stays: a forked process need not look through it, nor copy it
        while line := lines.readline():
            status = serve_one(json.loads(line), home, requests)
            if status is None:
                return 1
            os.write(answers, json.dumps({"status": status}).encode() + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(serve(sys.argv[2]) if sys.argv[1] == "--serve" else main(sys.argv[1]))
