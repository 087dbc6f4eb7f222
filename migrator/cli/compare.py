"""`migrate compare`: run both systems on the same data and say, value by value, whether they did the same."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from migrator.cli import _compare_live, _compare_runs, _compare_two
from migrator.cli._output import write
from migrator.errors import UsageError

if TYPE_CHECKING:
    from migrator.parity.dagster_side import Project
    from migrator.parity.job import Job
    from migrator.parity.result import Result

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("compare")
@click.argument("places", nargs=-1, metavar="PROJECT | A B")
@click.option("--dags", type=FOLDER, help="Folder of the DAG files, as given to convert or import.")
@click.option("--dag", "dag_ids", multiple=True, metavar="ID", help="Compare this DAG only. Repeatable.")
@click.option(
    "--date",
    "dates",
    multiple=True,
    metavar="DATE",
    help="The scheduled run at or after it. Repeatable, in order.",
)
@click.option(
    "--airflow-python",
    "airflows",
    multiple=True,
    metavar="PY",
    help="Interpreter that has the DAGs' Airflow. Repeatable.",
)
@click.option(
    "--dagster-python", metavar="PY", help="Interpreter that has the project's Dagster.  [default: this one]"
)
@click.option("--deployed", is_flag=True, help="Run Dagster's steps as deployed, a process for each: slower.")
@click.option(
    "--plan", type=FILE, help="migrate.yaml: fixtures, environment, keys, tolerances, output files."
)
@click.option(
    "--records", nargs=2, type=FOLDER, metavar="A B", help="Compare two run records; nothing is run."
)
@click.option("--work", type=FOLDER, help="Where both sides run; kept. Without it, a folder that is removed.")
@click.option("--keep", is_flag=True, help="Keep the folder where both sides ran, and say where it is.")
@click.option(
    "--timeout", type=float, default=1800, show_default=True, help="Seconds for one DAG on one side."
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "text", "json", "junit", "html"]),
    default="table",
    show_default=True,
    help="For people (text is another name of table), for tools, for CI, or a page.",
)
@click.option("--output", type=FILE, help="Write the report there instead of to standard output.")
@click.option("--evidence", type=FILE, help="Save the result with digests of what was compared, for cutover.")
@_compare_runs.options
@_compare_two.options
@_compare_live.options
def command(
    places: tuple[str, ...],
    dags: Path | None,
    dag_ids: tuple[str, ...],
    dates: tuple[str, ...],
    airflows: tuple[str, ...],
    dagster_python: str | None,
    deployed: bool,
    plan: Path | None,
    records: tuple[Path, Path] | None,
    work: Path | None,
    keep: bool,
    timeout: float,
    style: str,
    output: Path | None,
    evidence: Path | None,
    **asked: Any,
) -> None:
    """Run the DAGs of PROJECT in both systems on the same fixtures and dates, and compare what they did.

    With --live: compare what two systems in production did, interval by interval; nothing is run either.
    With A B: compare two files, folders, globs (each one table), tables or queries, or run records; nothing is run.

    PROJECT is what `migrate convert` or `migrate import` wrote: a folder with migration.json. Compared are
    the states of runs and tasks, their tries, all that tasks returned or pushed, and the files that the
    plan declares as outputs. Exact, unless the plan gives a tolerance.

    \b
    Examples:
      migrate compare dagster_defs --dags airflow_dags --plan migrate.yaml \\
          --airflow-python .venv/bin/python --date 2024-01-03 --date 2024-01-04
      migrate compare dagster_defs --dags airflow_dags --airflow-python .venv/bin/python \\
          --dates 2024-01-01..2024-03-31 --jobs 4 --work quarter
      migrate compare dagster_defs --dags airflow_dags --dag order_pipeline \\
          --airflow-python py2 --airflow-python py3 --date 2024-01-03 --format json --output result.json
      migrate compare old.parquet new.parquet --key id --format html --output page.html
      migrate compare old.parquet new.parquet --key id --tolerance price=abs:0.01 --ignore loaded_at
      migrate compare 'old/*.csv' 'new/*.csv'
      migrate compare postgresql://host/db#old.orders postgresql://host/db#new.orders
      migrate compare s3a://lake/orders.parquet lake.new.orders --spark sc://spark.example.com:15002 --key id
    migrate compare work/a/2024-01-03 work/b/2024-01-03
      migrate compare dagster_defs --live --dag order_pipeline --plan migrate.yaml --since 2024-01-01 \\
          --airflow-url https://airflow.example.com --dagster-url http://127.0.0.1:3000 --watch

    Exit status: 0 when all pass, 1 when something differs or cannot be compared, 2 when a side could not run.
    """
    from migrator.parity import clock
    from migrator.parity.dagster_side import Project
    from migrator.parity.result import exit_status

    needs_packages()
    live, runs = _compare_live.taken(asked), _compare_runs.take(asked)
    all_dates = _compare_runs.all_dates(dates, runs["ranges"])
    if live["live"]:
        _compare_two.refuse(asked)
        if all_dates or airflows or dags or records or evidence or work:
            raise UsageError(
                "--live looks at runs that are there: no --dates, --dags, --airflow-python, --work"
            )
        raise SystemExit(_compare_live.run(places, list(dag_ids), plan, style, output, live))
    if two := _compare_two.both(places, records):
        results = _compare_two.compare(*two, asked, plan)
    else:
        if len(places) != 1 or not all_dates or not airflows or dags is None:
            raise UsageError(
                "compare needs PROJECT, --dags, --date or --dates, and --airflow-python; or two things, A B"
            )
        _compare_two.refuse(asked)
        project, stopped = Path(places[0]), clock.asked(runs["freeze_time"])
        with _work_folder(work, keep) as place, _compare_runs.told() as told:
            twin = Project(project, with_dagster(dagster_python), deployed)
            job = job_of(twin, dags, list(dag_ids), all_dates, plan, place, timeout)
            more = {"jobs": runs["jobs"], "twice": runs["self_check"], "resume": not runs["fresh"]}
            job = replace(job, **more, clock=stopped, say=told.say, progress=told.progress)
            results = _run(job, [_interpreter(python) for python in airflows])
            if evidence:
                _save_evidence(evidence, job, results, plan)
            if not (work or keep) and any(each.error for each in results):
                click.echo("what both sides printed is gone; --keep keeps it", err=True)
    _report(results, style, output)
    raise SystemExit(exit_status(results))


def needs_packages() -> None:
    """Raises UsageError, which says what to install, before anything runs for minutes."""
    missing = [name for name in ("deepdiff", "duckdb", "ibis", "pyarrow") if not _there(name)]
    if missing:
        raise UsageError(f"compare needs {', '.join(missing)}: pip install 'migrator[compare]'")


def _there(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:  # from an import hook that hides it
        return False


def _interpreter(python: str) -> str:
    """A path that holds in other working folders; its links stay, as an environment is found by them."""
    return os.path.abspath(python) if os.sep in python else python


def with_dagster(given: str | None) -> str:
    """The interpreter for the project. Raises UsageError for one without Dagster."""
    from migrator.verify.loads import has_dagster

    python = _interpreter(given or sys.executable)
    if not has_dagster(python):
        raise UsageError(
            f"{python} has no Dagster: pip install 'migrator[dagster]', or give --dagster-python"
        )
    return python


@contextlib.contextmanager
def _work_folder(work: Path | None, keep: bool) -> Iterator[Path]:
    if work is not None:
        work.mkdir(parents=True, exist_ok=True)
        yield work.resolve()
    elif keep:
        place = Path(tempfile.mkdtemp(prefix="migrate-compare-"))
        yield place.resolve()
        click.echo(f"both sides ran in {place}", err=True)
    else:
        with tempfile.TemporaryDirectory(prefix="migrate-compare-") as place_name:
            yield Path(place_name).resolve()


def job_of(
    project: "Project",
    dags: Path,
    dag_ids: list[str],
    dates: list[str],
    plan_file: Path | None,
    work: Path,
    timeout: float,
) -> "Job":
    """What the command line asks for. Raises UsageError for folders and DAGs that do not belong together."""
    from migrator import manifest as manifests
    from migrator import plan as plans
    from migrator.parity.job import Job
    from migrator.parity.runner import choose
    from migrator.parity.sandbox import sandbox

    manifest = manifests.of(project.folder)
    if not dags.is_dir():
        raise UsageError(f"{dags}: no such folder")
    chosen = choose(manifest, dag_ids)
    if missing := sorted(f for f in {manifest.dags[d].file for d in chosen} if not (dags / f).is_file()):
        raise UsageError(
            f"{dags} has no {', '.join(missing)}: --dags is the folder that was read for {project.folder}"
        )
    plan = plans.read(plan_file)
    place = sandbox(work, plan.sandbox, plan_file.parent if plan_file else Path())
    if told := place.places.told:
        click.echo(told, err=True)
    return Job(
        project=project,
        manifest=manifest,
        dags=dags,
        dag_ids=chosen,
        dates=dates,
        plan=plan,
        sandbox=place,
        work=work,
        timeout=timeout,
    )


def _run(job: "Job", airflows: list[str]) -> "list[Result]":
    from migrator.parity import runner

    return runner.run(job, airflows)


def _save_evidence(path: Path, job: "Job", results: "list[Result]", plan: Path | None) -> None:
    from migrator import manifest as manifests
    from migrator.parity import evidence

    entries = [job.manifest.dags[dag_id] for dag_id in job.dag_ids]
    modules = [job.project.folder / entry.path for entry in entries]
    files = [job.project.folder / manifests.NAME, *modules, *(job.dags / entry.file for entry in entries)]
    evidence.save(path, results, files + ([plan] if plan else []))


def _report(results: "list[Result]", style: str, output: Path | None) -> None:
    if style == "json":
        import json

        from migrator.parity.result import as_json

        text = json.dumps(as_json(results), indent=2, ensure_ascii=False) + "\n"
    elif style == "junit":
        from migrator.report import comparison_junit

        text = comparison_junit.render(results)
    elif style == "html":
        from migrator.report import comparison_html

        text = comparison_html.render(results)
    else:
        from migrator.report.comparison import render

        text = render(results, color=output is None and sys.stdout.isatty())
    write(text, output)
