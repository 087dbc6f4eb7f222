"""Runs a job of a generated project and writes run records; needs the standard library, Dagster and the project only.

    PYTHON migrate_dagster_worker.py REQUEST.json

The request names the project folder, the DAG's entry in its manifest, and for each run the data interval and the folder
for its record. All runs share the instance that DAGSTER_HOME names. Exit status 1 with a reason in `error.txt` beside
the request when the project cannot be loaded or has no partition for an interval; a run that fails is a record.
"""

import importlib
import json
import os
import pickle
import re
import shutil
import sys
import traceback
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg

STATES = ("success", "failed", "skipped", "upstream_failed")
DATE_TAGS = ("logical_date", "airflow/logical_date")  # tell a run without a partition which date it is about
REPR = 2000  # characters of a repr that a record keeps


class CannotRun(Exception):
    """What the caller should read in one line."""


# ------------------------------------------------------------------------------------------------------- the project


def load_definitions(request):
    """The project's own definitions; where it has no such module, those of the DAG's module."""
    folder = Path(request["project"])
    for place in (str(folder.parent), str(folder)):
        if place not in sys.path:
            sys.path.insert(0, place)
    whole = (folder / "definitions.py").exists()
    name = f"{folder.name}.{'definitions' if whole else request['entry']['module']}"
    found = getattr(importlib.import_module(name), "defs", None)
    if not isinstance(found, dg.Definitions) and callable(found):  # made by @definitions
        found = found()
    if not isinstance(found, dg.Definitions):
        raise CannotRun(f"{name} has no Definitions named defs")
    return found


def resolve_job(defs, request):
    try:
        return defs.resolve_job_def(request["entry"]["job"])
    except dg.DagsterInvariantViolationError as error:
        raise CannotRun(f"the project has no job {request['entry']['job']}: {error}") from error


def job_to_run(path):
    """For Dagster, which loads the job again in each process of a run. Assets decide nothing by how others ended, so
    theirs run in one process; values still go through the IO manager."""
    request = json.loads(Path(path).read_text(encoding="utf-8"))
    job = resolve_job(load_definitions(request), request)
    return job.with_executor_def(dg.in_process_executor) if request["entry"]["level"] == "asset" else job


def partition_key(job, interval):
    """The key of the partition whose window starts with the interval; None for a job without partitions."""
    partitions = job.partitions_def
    if partitions is None:
        return None
    if not isinstance(partitions, dg.TimeWindowPartitionsDefinition):
        raise CannotRun(
            f"job {job.name} is partitioned by {type(partitions).__name__}, which stands for no interval"
        )
    if interval is None:
        raise CannotRun(f"job {job.name} has partitions, and the run has no data interval")
    start = datetime.fromisoformat(interval[0]).astimezone(ZoneInfo(partitions.timezone))
    key = start.strftime(partitions.fmt)
    if not partitions.has_partition_key(key) or partitions.time_window_for_partition_key(key).start != start:
        raise CannotRun(f"job {job.name} has no partition that starts at {interval[0]}")
    return key


def run_config(job, conf):
    """`dag_run.conf` goes to the resource that takes what a run is launched with, field by field. A job that runs
    Airflow's own tasks takes it whole; callbacks stay off there, as they do on the other side."""
    if "airflow" in job.resource_defs:
        return {"resources": {"airflow": {"config": {"conf": conf, "callbacks": False}}}}
    if not conf:
        return {}
    names = [name for name in ("params", "conf", f"{job.name}_params") if name in job.resource_defs]
    if not names:
        raise CannotRun(f"job {job.name} has no resource that takes {', '.join(conf)}")
    return {"resources": {names[0]: {"config": conf}}}


# ------------------------------------------------------------------------------------------------------------ events


class Step:
    """What the events of a run say about one step."""

    def __init__(self):
        self.state = None
        self.retries = 0
        self.outputs = {}  # name -> metadata, of those that are not one of many
        self.mapping = {}  # mapping key -> metadata, in the order they came
        self.handled = set()  # outputs that went through an IO manager
        self.assets = set()


def read_events(instance, run_id):
    """All steps that had an event, and which step makes which asset."""
    steps, planned = {}, {}
    for entry in instance.all_logs(run_id):
        event = entry.dagster_event
        if event is None or event.step_key is None:
            continue
        if event.event_type_value == "ASSET_MATERIALIZATION_PLANNED":
            planned[event.asset_key] = event.step_key
            continue
        note(steps.setdefault(event.step_key, Step()), event)
    return {key: step for key, step in steps.items() if step.state or step.outputs or step.retries}, planned


def note(step, event):
    kind, data = event.event_type_value, event.event_specific_data
    if kind == "STEP_START":
        step.state = step.state or "started"
    elif kind == "STEP_UP_FOR_RETRY":
        step.retries += 1
    elif kind == "STEP_OUTPUT":
        handle = data.step_output_handle
        into, name = (
            (step.mapping, handle.mapping_key) if handle.mapping_key else (step.outputs, handle.output_name)
        )
        into[name] = {k: v.value for k, v in data.metadata.items()}
    elif kind == "HANDLED_OUTPUT":
        step.handled.add(data.output_name)
    elif kind == "ASSET_MATERIALIZATION":
        step.assets.add(event.asset_key)
    elif kind == "STEP_SKIPPED":
        step.state = "skipped"
    elif kind == "STEP_SUCCESS":
        step.state = "success"
    elif kind == "STEP_FAILURE":
        user = data.user_failure_data
        told = user.metadata.get("state") if user else None
        step.state = told.value if told is not None and told.value in STATES else "failed"


def told_state(step):
    """What a step that ended well says about its task: a task that did nothing is a green step."""
    told = step.outputs.get("outcome", {}).get("state")
    if told not in STATES:
        told = next((m["state"] for m in step.outputs.values() if m.get("state") in STATES), None)
    return told


class Plan:
    """The steps as they were planned; those that never started have a state by what was before them."""

    def __init__(self, instance, run, steps):
        self.steps = steps
        snapshot = instance.get_execution_plan_snapshot(run.execution_plan_snapshot_id)
        self.before = {
            step.key: sorted(
                {handle.step_key for given in step.inputs for handle in given.upstream_output_handles}
            )
            for step in snapshot.steps
        }
        self.optional = {step.key for step in snapshot.steps if step.outputs and all(map(may_lack, step.outputs))}

    def state(self, key):
        step = self.steps.get(key)
        if step is None:
            return self.state_of_silent(key)
        if step.state != "success":
            return "failed" if step.state == "started" else step.state
        empty = planned_key(key) in self.optional and not step.outputs and not step.mapping
        return told_state(step) or ("skipped" if empty else "success")

    def state_of_silent(self, key):
        """A mapped step as a whole is as bad as its instances; what never started, as what was before it."""
        instances = [place for place in self.places(split(key)[0]).values() if place in self.steps]
        before = instances if split(key)[1] == "?" and instances else self.befores(key)
        states = {self.state(other) for other in before}
        if states & {"failed", "upstream_failed"}:
            return "upstream_failed"
        return "success" if instances and "success" in states else "skipped"

    def befores(self, key):
        """The steps before one; those of a mapped one are of the same index."""
        index = split(key)[1]
        names = [(other, *split(other)) for other in self.before[planned_key(key)]]
        return [f"{name}[{index}]" if place == "?" and index else other for other, name, place in names]

    def source(self, key):
        """The step whose outputs a mapped step runs for, when it put any out."""
        for other in self.before[key]:
            if split(other)[1] == "?":
                return self.source(other)
            if other in self.steps and self.steps[other].mapping:
                return other
        return None

    def places(self, name):
        """The step keys of a node, by map index; -1 for one that is not mapped, or mapped over nothing."""
        if f"{name}[?]" not in self.before:
            return {-1: name} if name in self.before else {}
        source = self.source(f"{name}[?]")
        found = {}
        for place, (key, metadata) in enumerate(self.steps[source].mapping.items() if source else ()):
            real = metadata.get("state", "success") == "success"
            found[(int(key) if key.isdigit() else place) if real else -1] = f"{name}[{key}]"
        return found or {-1: f"{name}[?]"}


def may_lack(output):
    """Whether a step may end well without it; many that turn out to be none are not lacking."""
    return not output.properties.is_required and not output.properties.is_dynamic


def split(key):
    """A step's node and mapping key: `count[2]` is ("count", "2"), `count[?]` stands for all, and `count` is alone."""
    name, _, index = key.partition("[")
    return name, index.removesuffix("]")


def planned_key(key):
    """The key of a step in the plan: that of all instances for a mapped one."""
    name, index = split(key)
    return f"{name}[?]" if index else name


# ------------------------------------------------------------------------------------------------------------ values


def plain_json(value):
    if value is None or type(value) in (str, int, bool, float):
        return True
    if type(value) is list:
        return all(map(plain_json, value))
    return type(value) is dict and all(type(k) is str and plain_json(v) for k, v in value.items())


def artifact(value, folder, name):
    """A value as a record keeps it: exact JSON types as JSON, frames as Parquet, all else as a pickle and its repr."""
    if plain_json(value):
        return {"json": value}
    safe = re.sub(r"[^\w.\[\]-]", "_", name)
    library = type(value).__module__.split(".")[0]
    if type(value).__name__ == "DataFrame" and library in ("pandas", "polars"):
        path = folder / f"{safe}.parquet"
        try:
            value.to_parquet(path) if library == "pandas" else value.write_parquet(path)
            return {"parquet": path.name, "library": library}
        except (
            Exception
        ) as error:  # a column that Parquet has no type for; the library says which, in its own classes
            print(f"{name} cannot be kept as Parquet: {error}", file=sys.stderr)
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    return {
        "opaque": pickled(value, folder / f"{safe}.pickle"),
        "type": kind,
        "repr": repr(value)[:REPR],
        "near_json": near_json(value),
    }


def pickled(value, path):
    try:
        path.write_bytes(pickle.dumps(value, protocol=4))
    except Exception:  # a class may refuse in any way it likes; a record without the pickle is still a record
        return None
    return path.name


def near_json(value):
    try:
        return json.loads(json.dumps(value, default=str))
    except (TypeError, ValueError, RecursionError):
        return None


def unreadable(error):
    """In place of a value that was put out and cannot be read back."""
    return {
        "opaque": None,
        "type": "unreadable",
        "repr": f"{type(error).__name__}: {error}"[:REPR],
        "near_json": None,
    }


class Values:
    """Reads what was put out, through the IO managers, as the next step would."""

    def __init__(self, defs, instance, result, key, folder):
        self.loader = defs.get_asset_value_loader(instance)
        self.defs, self.result, self.key, self.folder = defs, result, key, folder

    def of_asset(self, asset, step, label):
        definition = self.defs.get_assets_def(asset)
        outputs = [name for name, key in definition.keys_by_output_name.items() if key == asset]
        if (
            asset not in step.assets
            or not step.handled
            or (len(definition.keys) > 1 and not step.handled & set(outputs))
        ):
            return None
        partition = self.key if definition.partitions_def is not None else None
        return self.keep(lambda: self.loader.load_asset_value(asset, partition_key=partition), label)

    def of_output(self, step_key, step, output, label):
        if output not in step.handled:
            return None
        node, index = split(step_key)

        def load():
            found = self.result.output_for_node(node, output)
            value = found[index] if index else found
            return value.value if output == "outcome" and hasattr(value, "value") else value

        return self.keep(load, label)

    def keep(self, load, label):
        try:
            return artifact(load(), self.folder, label)
        except (
            Exception
        ) as error:  # the project's IO manager may fail in any way; that is what we are here to see
            traceback.print_exc()
            return unreadable(error)


# ----------------------------------------------------------------------------------------------------------- records


def asset_task(entry, planned, plan, values, task_id):
    """The task of an asset, or None when the job does not make it."""
    asset = dg.AssetKey(entry["asset_key"])
    key = planned.get(asset)
    if key is None:
        return []
    step, state = plan.steps.get(key), plan.state(key)
    if step and state == "success" and asset not in step.assets:
        state = "skipped"  # the step ended well and chose not to put this asset out
    wanted = {name: dg.AssetKey.from_user_string(text) for name, text in entry["outputs"].items()}
    xcoms = {}
    for name, holder in {"return_value": asset, **wanted}.items():
        made_by = plan.steps.get(planned.get(holder))
        found = values.of_asset(holder, made_by, f"{task_id}.{name}") if made_by else None
        xcoms.update({name: found} if found is not None else {})
    return [task_record(task_id, -1, state, step, xcoms)]


def op_tasks(entry, plan, values, task_id):
    """The task of an op: one record, or one for each index of a mapped one."""
    found = []
    for index, key in sorted(plan.places(entry["op"]).items()):
        step, state = plan.steps.get(key), plan.state(key)
        label = task_id if index < 0 else f"{task_id}[{index}]"
        xcoms = {}
        usual = {"return_value": "outcome" if step and "outcome" in step.outputs else "result"}
        for name, output in {**usual, **entry["outputs"]}.items() if step and state == "success" else ():
            value = values.of_output(key, step, output, f"{label}.{name}")
            xcoms.update({name: value} if value is not None else {})
        found.append(task_record(task_id, index, state, step, xcoms))
    return found


def task_record(task_id, index, state, step, xcoms):
    tries = 1 + step.retries if step and state in ("success", "failed") else 0
    return {"task_id": task_id, "map_index": index, "state": state, "tries": tries, "xcoms": xcoms}


def airflow_tasks(entry, plan, recorded, folder):
    """The tasks of a job that ran Airflow's own: values as Airflow kept them, states as Dagster shows them."""
    body = json.loads((recorded / "record.json").read_text(encoding="utf-8"))
    shutil.copytree(
        recorded, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.db*", "record.json", "*.lock")
    )
    for task in body["tasks"]:
        op = entry["tasks"].get(task["task_id"], {}).get("op")
        if task["map_index"] < 0 and op in plan.before:
            task["state"] = plan.state(op)
    return body["tasks"]


def tasks_of(entry, planned, plan, values):
    found = []
    for task_id, task in sorted(entry["tasks"].items()):
        if task["asset_key"]:
            found += asset_task(task, planned, plan, values, task_id)
        elif task["op"]:
            found += op_tasks(task, plan, values, task_id)
    return found


def one_run(defs, instance, request, path, asked):
    job = resolve_job(defs, request)
    key = partition_key(job, asked["interval"])
    date = asked["logical_date"]
    tags = {"dagster/partition": key} if key else dict.fromkeys(DATE_TAGS, date) if date else {}
    folder = Path(asked["out"])
    folder.mkdir(parents=True, exist_ok=True)
    here = Path(__file__)
    target = dg.build_reconstructable_job(
        here.stem, "job_to_run", (path,), reconstructor_working_directory=str(here.parent)
    )
    config = run_config(job, request["conf"])
    with dg.execute_job(target, instance, run_config=config, tags=tags, raise_on_error=False) as result:
        run = instance.get_run_by_id(result.run_id)
        steps, planned = read_events(instance, result.run_id)
        plan = Plan(instance, run, steps)
        recorded = Path(instance.storage_directory()) / result.run_id / "airflow_run"
        if (recorded / "record.json").exists():
            tasks = airflow_tasks(request["entry"], plan, recorded, folder)
        else:
            values = Values(defs, instance, result, key, folder)
            tasks = tasks_of(request["entry"], planned, plan, values)
    window = job.partitions_def.time_window_for_partition_key(key) if key else None
    record = {
        "version": 1,
        "side": "dagster",
        "system": dg.__version__,
        "dag_id": request["dag_id"],
        "run_id": run.run_id,
        "logical_date": asked["logical_date"],
        "interval": [window.start.isoformat(), window.end.isoformat()] if window else None,
        "state": "success" if run.is_success else "failed",
        "tasks": tasks,
        "outputs": [],
    }
    (folder / "record.json").write_text(
        json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def do_not_wait():
    """Retries are counted; their delays are not waited for, as on the other side."""
    from dagster._core.execution.plan import active

    usual = active.ActiveExecution.mark_up_for_retry
    active.ActiveExecution.mark_up_for_retry = lambda self, step_key, at_time=None: usual(
        self, step_key, None
    )


def main(path):
    request = json.loads(Path(path).read_text(encoding="utf-8"))
    try:
        do_not_wait()
        defs = load_definitions(request)
        with dg.DagsterInstance.get() as instance:
            for asked in request["runs"]:
                one_run(defs, instance, request, path, asked)
    except (
        Exception
    ) as error:  # whatever the project does while it loads: the caller wants one line, the log has all
        traceback.print_exc()
        last = error if isinstance(error, CannotRun) else f"{type(error).__name__}: {error}"
        Path(path).with_name("error.txt").write_text(str(last), encoding="utf-8")
        return 1
    return 0


if __name__ == "__main__":
    sys.path[0] = os.path.dirname(os.path.abspath(__file__))
    sys.exit(main(sys.argv[1]))
