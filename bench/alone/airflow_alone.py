"""Runs of one DAG in Airflow, and nothing else: no records, no values, no forked processes.

PYTHON airflow_alone.py PROBE DAGS FILE DAG_ID DATE...
"""

import importlib.util
import sys
import tempfile
from pathlib import Path

probe_file, dags, file, dag_id, *dates = sys.argv[1:]
spec = importlib.util.spec_from_file_location("airflow_probe", probe_file)
probe = importlib.util.module_from_spec(spec)
spec.loader.exec_module(probe)

with tempfile.TemporaryDirectory() as state:
    probe.STATE, probe.DAGS = Path(state), dags
    probe.settle_environment(dags)
    probe.start(Path(state) / "boot.db")
    probe.prepare_for_tasks()
    request = {"file": file, "dag_id": dag_id}
    source = probe.Source(request)
    source.store()
    for date in dates:
        run_id = probe.create_run(source, request, date)
        run = probe.LiveRun(source, run_id, Path(state) / "out" / date, lambda message: None)
        probe.run_to_end(run)
        assert run.state() == "success", run.state()
