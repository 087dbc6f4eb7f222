"""`migrate up`: the legacy Airflow and Dagster side by side on this machine, with one command."""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from migrator.services.supervisor import Supervisor
    from migrator.services.up import Settings, Stack

FOLDER = click.Path(file_okay=False, path_type=Path)
DAGS, PROJECTS = Path("airflow_dags"), (Path("dagster_defs"), Path("dagster_defs/phase_one"))
PORT = click.IntRange(0, 65535)


@click.command("up")
@click.option(
    "--airflow-python", metavar="PY", help="Interpreter that has the DAGs' Airflow.  [default: this one]"
)
@click.option("--dagster-python", metavar="PY", help="Interpreter that has Dagster.  [default: this one]")
@click.option("--dags", type=FOLDER, help="Folder of the DAG files.  [default: airflow_dags]")
@click.option(
    "--project",
    "projects",
    type=FOLDER,
    multiple=True,
    help="What convert or import wrote; a code location each. Repeatable.  "
    "[default: dagster_defs and dagster_defs/phase_one, those that are there]",
)
@click.option(
    "--plan",
    type=click.Path(dir_okay=False, path_type=Path),
    help="migrate.yaml: its `sandbox` says which fixtures, variables and environment the DAGs need.",
)
@click.option(
    "--postgres",
    metavar="URL",
    default="",
    help="A server to keep both sides' data in, by a user who may create databases and users.  "
    "[default: a throw-away cluster, where PostgreSQL is installed]",
)
@click.option(
    "--sqlite", is_flag=True, help="Keep both sides' data in SQLite files, though PostgreSQL is there."
)
@click.option(
    "--s3", is_flag=True, help="Start an S3 API as well, and point AWS_ENDPOINT_URL of both sides to it."
)
@click.option("--airflow-port", type=PORT, default=8080, show_default=True, help="0 is any that is free.")
@click.option("--dagster-port", type=PORT, default=3000, show_default=True, help="0 is any that is free.")
@click.option(
    "--work", type=FOLDER, help="Where both keep files and logs; kept. Without it, a folder that is removed."
)
@click.option(
    "--follow", is_flag=True, help="Print what all parts print, each line with the name of its part."
)
@click.option(
    "--check", is_flag=True, help="Wait for health, run one DAG on each side, stop, and say how it went."
)
@click.option("--dag", "dag_id", metavar="ID", help="The DAG that --check runs.  [default: the first]")
@click.option("--date", metavar="DATE", help="The partition that --check runs.  [default: the last]")
def command(
    airflow_python: str | None,
    dagster_python: str | None,
    dags: Path | None,
    projects: tuple[Path, ...],
    plan: Path | None,
    postgres: str,
    sqlite: bool,
    s3: bool,
    airflow_port: int,
    dagster_port: int,
    work: Path | None,
    follow: bool,
    check: bool,
    dag_id: str | None,
    date: str | None,
) -> None:
    """Start the legacy Airflow (2.11 or 3) and Dagster side by side, on loopback and without Docker.

    Airflow has its scheduler, triggerer, web or API server (and, from 3, the DAG processor); Dagster a code server
    for each project, the webserver and the daemon. DAGs are paused and schedules off until you turn them on.
    Ctrl-C stops everything; so does the end of any part, with the last lines of its log.

    \b
    Examples:
      migrate up
      migrate up --airflow-python .venv-airflow3/bin/python --plan migrate.yaml
      migrate up --dags ~/team/dags --project ~/team/converted --work ~/team/up --follow
      migrate up --postgres postgresql://me:secret@127.0.0.1:5432/postgres
      migrate up --check --dag order_pipeline --date 2024-01-04 --plan migrate.yaml

    Exit status: 0 stopped by Ctrl-C, or the check passed; 1 the check failed; 2 a part could not start, or died.
    """
    from migrator import plan as plans
    from migrator.errors import UsageError
    from migrator.services.airflow import interpreter
    from migrator.services.up import Settings, check_settings

    if postgres and sqlite:
        raise UsageError("--postgres and --sqlite exclude each other")
    if (dag_id or date) and not check:
        raise UsageError("--dag and --date are for --check")
    with _work_folder(work) as place:
        settings = Settings(
            interpreter(_path(airflow_python or sys.executable)),
            _path(dagster_python or sys.executable),
            dags or DAGS,
            projects or tuple(project for project in PROJECTS if project.is_dir()),
            place,
            plans.read(plan),
            plan.parent if plan else Path(),
            postgres,
            sqlite,
            s3,
            airflow_port,
            dagster_port,
        )
        check_settings(settings)
        raise SystemExit(_run(settings, follow, (dag_id, date) if check else None))


def _path(python: str) -> str:
    """A path that holds in other working folders; its links stay, as an environment is found by them."""
    found = python if os.sep in python else shutil.which(python) or python
    return os.path.abspath(found) if os.sep in found else found


@contextlib.contextmanager
def _work_folder(work: Path | None) -> Iterator[Path]:
    """Without a name it goes in the end, unless something failed: then its logs are worth reading."""
    if work is not None:
        work.mkdir(parents=True, exist_ok=True)
        yield work.resolve()
        return
    place = Path(tempfile.mkdtemp(prefix="migrate-up-")).resolve()
    well = False
    try:
        yield place
        well = True
    except SystemExit as end:
        well = end.code == 0
        raise
    finally:
        logs = place / "logs"
        if well or not logs.is_dir() or not any(logs.iterdir()):
            shutil.rmtree(place, ignore_errors=True)
        else:
            click.echo(f"logs stay in {logs}", err=True)


def _run(settings: "Settings", follow: bool, check: tuple[str | None, str | None] | None) -> int:
    from migrator.services.supervisor import Supervisor
    from migrator.services.up import stack

    with stack(settings) as made:
        click.echo(f"Airflow {settings.airflow.version} and Dagster; {made.storage}")
        click.echo(f"logs: {settings.work / 'logs'}")
        if made.left_out:
            click.echo(made.left_out, err=True)
        width = max(len(service.name) for service in made.services)

        def told(name: str, line: str) -> None:
            click.echo(f"{name:<{width}} | {line}")

        quiet = {} if not follow else {"output": told}
        with Supervisor(made.services, settings.work / "logs", os.environ, told, **quiet) as supervisor:
            if not supervisor.start():
                return 0
            if check is not None:
                return _check(made, supervisor, *check)
            click.echo(f"all ready: Airflow {made.airflow.url}, Dagster {made.dagster.url}; Ctrl-C stops")
            supervisor.wait()
            click.echo("stopping")
    return 0


def _check(made: "Stack", supervisor: "Supervisor", dag_id: str | None, date: str | None) -> int:
    from migrator import manifest as manifests
    from migrator.services.check import Check, Ran, choose, play

    def say(ran: Ran) -> None:
        click.echo(f"{ran.system}: {ran.dag_id} {ran.state.lower()} after {ran.seconds:.0f} s")

    known = manifests.read(made.dagster.locations[0].project)
    assert known is not None
    chosen = Check(dag_id or choose(known.dags), date, look=supervisor.look_and_leave)
    ran = play(made.airflow, made.dagster, chosen, say)
    passed = all(each.well for each in ran)
    click.echo(f"check: {'passed' if passed else 'failed'}")
    return 0 if passed else 1
