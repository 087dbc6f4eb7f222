"""The instance of a comparison does not wait for the disk; databases of the user's own do."""

import subprocess
import sys
from pathlib import Path

from migrator.parity.dagster_side import WORKER

SCRIPT = """
import os, sys
import sqlalchemy
import dagster as dg
from migrate_dagster_instance import do_not_sync, make_instance

def synchronous(connection):
    return connection.exec_driver_sql("PRAGMA synchronous").scalar()

do_not_sync()
make_instance(os.environ["DAGSTER_HOME"])
with dg.DagsterInstance.get() as instance:
    with instance.run_storage.connect() as of_runs, instance.event_log_storage.run_connection("r") as of_a_run:
        print(synchronous(of_runs), synchronous(of_a_run))
with sqlalchemy.create_engine("sqlite:///" + sys.argv[1]).connect() as own:
    print(synchronous(own))
"""
NEVER, FULL = 0, 2


def test_only_its_own_databases_do_not_wait_for_the_disk(tmp_path: Path) -> None:
    home = tmp_path / "home of dagster"
    home.mkdir()
    env = {"DAGSTER_HOME": str(home), "PYTHONPATH": str(WORKER.parent)}
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "own.db")]
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    assert done.stdout.split() == [str(NEVER), str(NEVER), str(FULL)], done.stderr
