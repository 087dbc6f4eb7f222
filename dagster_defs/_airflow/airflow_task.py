"""Runs inside the user's own Airflow: one task by itself, for a workflow that has been converted around it.

`airflow_server.py` serves it; `airflow_bridge.py` asks. What stands before the task runs elsewhere, so its states
and values come with the request, and are put where the task looks for them: `ti.xcom_pull`, templates, trigger
rule and mapping then work as ever. The syntax is that of Python 3.7.

    {"do": "task", "file", "dag_id", "task_id", "run_id", "date", "interval", "conf", "try_number", "map_index",
     "inputs", "upstream": [{"task_id", "map_index", "state", "xcoms": {key: value}}], "decided", "out", "callbacks",
     "timeout"}

A value is {"json"}, {"parquet", "library"} or {"opaque"}: JSON, or a file in the folder `inputs`. The answer has
`instances`, as a step has, and `skips`: the tasks that this one has decided to skip.
"""

# ruff: noqa: UP006, UP035, UP045
# (They would have it use what Python 3.7 lacks.)

from __future__ import annotations

import importlib
import inspect
import pickle
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Set, Tuple

Json = Dict[str, Any]
probe: Any = sys.modules["airflow_probe"]  # loaded by who serves this


def task(request: Json, emit: Callable[[Json], None]) -> Json:
    """Run one task, with all its instances or the one of `map_index`, in a DAG run of its own."""
    probe.do_not_wait()  # who asks decides when to try again
    source = probe.Source(request)
    task_id, wanted = request["task_id"], request.get("map_index")
    if task_id not in source.dag.task_ids:
        raise probe.RequestError(f"the DAG {request['dag_id']} has no task {task_id!r}")
    if request.get("decided"):
        run_always(source, task_id)
    source.store()
    run_id = probe.create_run(source, request, request.get("date"))
    live = probe.LiveRun(source, run_id, Path(request["out"]), emit)
    live.stream_logs = True
    given = set_the_stage(live, request)
    tried = request.get("try_number", 1) - 1
    set_tries(live, task_id, tried)
    ready = own_ready(live, task_id, wanted)
    set_tries(live, task_id, tried)  # those of a mapped task have been made just now
    while ready:
        states = {key: live.execute(key) for key in ready}
        waiting = {key for key, state in states.items() if state == "up_for_reschedule"}
        if waiting:
            probe.wait_for_reschedule(live, waiting, longest=None)
        ready = [key for key, state in states.items() if state in ("scheduled", "up_for_reschedule")]
    found: Json = probe.step_answer(live, request)
    if wanted is not None:
        found["instances"] = [each for each in found["instances"] if each["map_index"] == wanted]
    found["skips"] = skipped(live, {task_id, *given})
    return found


def run_always(source: Any, task_id: str) -> None:
    """Who asks has applied the trigger rule. This process, and with it the DAG, is for this request alone."""
    for dag in {id(dag): dag for dag in (source.dag, source.scheduler_dag)}.values():
        task = dag.get_task(task_id)
        partial = getattr(task, "partial_kwargs", None)
        if isinstance(partial, dict):
            partial["trigger_rule"] = "always"
        else:
            task.trigger_rule = "always"


def own_ready(live: Any, task_id: str, wanted: Optional[int]) -> List[Tuple[str, int]]:
    """Those that Airflow would start: it applies the trigger rule, and finds out what a mapped task maps over."""
    keys = [key for key in live.decide() if key[0] == task_id]
    return [key for key in keys if wanted is None or key[1] == wanted]


def skipped(live: Any, known: Set[str]) -> List[str]:
    live.session.expire_all()
    return sorted({ti.task_id for ti in live.instances(state="skipped")} - known)


# ---------------------------------------------------------------------------------------------- what came before


def set_the_stage(live: Any, request: Json) -> Set[str]:
    """Let all that does not follow the task have ended: as the request says, and else well."""
    dag, folder = live.source.dag, Path(request.get("inputs") or ".")
    followers = dag.get_task(request["task_id"]).get_flat_relative_ids(upstream=False)
    for ti in live.instances():
        if ti.task_id != request["task_id"] and ti.task_id not in followers:
            ti.state = "success"
    live.session.commit()
    given = request.get("upstream") or []
    for each in given:
        if each["task_id"] not in dag.task_ids:
            raise probe.RequestError(
                f"the DAG {dag.dag_id} has no task {each['task_id']!r}, which gives a value"
            )
        xcoms = each.get("xcoms") or {}
        values = {key: decoded(value, folder, each["task_id"]) for key, value in xcoms.items()}
        for index, own in one_by_one(
            dag.get_task(each["task_id"]), each.get("map_index", -1), values
        ).items():
            instance(live, each["task_id"], index).state = each.get("state") or "success"
            live.session.commit()
            for key, value in own.items():
                put(live, (each["task_id"], index), key, value)
    return {each["task_id"] for each in given}


def one_by_one(task: Any, index: int, values: Json) -> Dict[int, Json]:
    """What each instance of a task left behind, by its index: of all of a mapped one there are lists."""
    lists = [value for value in values.values() if isinstance(value, list)]
    if index >= 0 or "Mapped" not in type(task).__name__ or not lists or len(lists) < len(values):
        return {index: values}
    longest = max(len(each) for each in lists)
    return {
        number: {key: each[number] for key, each in values.items() if number < len(each)}
        for number in range(longest)
    } or {index: {}}


def instance(live: Any, task_id: str, index: int) -> Any:
    """The instance, which is made in place of the one of a mapped task that stands for all."""
    found = live.instances(task_id=task_id, map_index=index).one_or_none()
    if found is not None:
        return found
    model = probe.find("airflow.models.taskinstance.TaskInstance")
    dag = live.source.dag if probe.version() < (3, 0) else live.source.scheduler_dag
    some = live.instances(task_id=task_id).first()
    options = {
        "run_id": live.run_id,
        "map_index": index,
        "dag_version_id": getattr(some, "dag_version_id", None),
    }
    made = model(dag.get_task(task_id), **probe.accepted(model.__init__, options))
    live.session.add(made)
    if some.map_index < 0:
        live.session.delete(some)
    live.session.flush()
    return made


def put(live: Any, key: Tuple[str, int], name: str, value: Any) -> None:
    """As if the task had pushed the value; its length is what a mapped task asks for."""
    where = {"dag_id": live.source.dag.dag_id, "task_id": key[0], "run_id": live.run_id, "map_index": key[1]}
    model = probe.find("airflow.models.xcom.XComModel", "airflow.models.xcom.XCom")
    more: Json = {}
    if probe.version() >= (3, 0):
        backend = probe.find("airflow.sdk.execution_time.xcom.XCom")
        known = {"key": name, **where}
        stored = backend.serialize_value(value, **probe.accepted(backend.serialize_value, known))
        more = {"serialize": False} if "serialize" in inspect.signature(model.set).parameters else {}
    else:
        stored = value
    model.set(key=name, value=stored, session=live.session, **where, **more)
    if name == "return_value" and isinstance(value, (list, dict)):
        mapped = probe.find("airflow.models.taskmap.TaskMap")
        keys = list(value) if isinstance(value, dict) else None
        live.session.merge(mapped(length=len(value), keys=keys, **where))
    live.session.commit()


def set_tries(live: Any, task_id: str, number: int) -> None:
    """How often it was tried before. Airflow counts on, and knows by that whether there is another try."""
    name = "_try_number" if probe.version() < (2, 10) else "try_number"
    for ti in live.instances(task_id=task_id):
        setattr(ti, name, number)
    live.session.commit()


def decoded(value: Json, folder: Path, task_id: str) -> Any:
    try:
        if "parquet" in value:
            library = importlib.import_module(value.get("library") or "pandas")
            return library.read_parquet(folder / value["parquet"])
        if "opaque" in value:
            return pickle.loads((folder / value["opaque"]).read_bytes())
    except Exception as error:  # of the value's class, which may be another one here
        why = f"{type(error).__name__}: {error}"
        raise probe.RequestError(
            f"the value of {task_id} cannot be read in Airflow's Python: {why}"
        ) from error
    return value["json"]
