"""`migrate scan`: what is in these DAG files, and how much work it is to move them."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from migrator.cli._complete import codes
from migrator.cli._output import opened
from migrator.cli._progress import progress
from migrator.errors import UsageError

if TYPE_CHECKING:
    from migrator.cli._known import Known
    from migrator.plan import Plan
    from migrator.survey import Survey
    from migrator.survey.unit import Json

LIMITS = ("info", "warning", "error", "never")
FORMATS = ("table", "json", "sarif", "markdown", "html")
TERMINATED = 143  # 128 + SIGTERM


@click.command("scan")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format", "style", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print."
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report to this file.  [default: stdout]",
)
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what convert will do to this file, or add what is new; edits stay.",
)
@click.option(
    "--airflow-python", metavar="PY", help="Interpreter that has the DAGs' Airflow: it also loads them."
)
@click.option(
    "--select",
    metavar="CODES",
    shell_complete=codes,
    help="Only findings whose code begins with one of these, such as TM,SC006.",
)
@click.option(
    "--ignore", metavar="CODES", shell_complete=codes, help="No findings whose code begins with one of these."
)
@click.option(
    "--baseline",
    "baseline_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Findings that are in this file do not count.",
)
@click.option("--update-baseline", is_flag=True, help="Write the findings of this scan to the baseline.")
@click.option(
    "--fail-on",
    type=click.Choice(LIMITS),
    default="never",
    show_default=True,
    help="Exit 1 from this severity on.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that read or load.  [default: one a core]",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="Processor time that reading one file may take.",
)
@click.option(
    "--cache/--no-cache", default=True, show_default=True, help="Keep what was read for the next scan."
)
def command(
    paths: tuple[Path, ...],
    style: str,
    output: Path | None,
    plan_file: Path | None,
    airflow_python: str | None,
    select: str | None,
    ignore: str | None,
    baseline_file: Path | None,
    update_baseline: bool,
    fail_on: str,
    jobs: int | None,
    timeout: float,
    cache: bool,
) -> None:
    """Read the DAG files under PATHS. Nothing is changed, and no line of them is run.

    Without --airflow-python only the text is read: what depends on the environment is reported as partial.
    A comment `# migrate: ignore[SC007] reason` at the end of a line accepts its findings.

    \b
    Exit status:
      0  the files were read, and no finding reaches --fail-on
      1  a finding reaches --fail-on
      2  a wrong call, or a path or interpreter that cannot be used

    \b
    Examples:
      migrate scan dags/
      migrate scan dags/ --format html --output report.html
      migrate scan dags/ --format json --output scan.json
      migrate scan dags/orders.py --select TM,DP
      migrate scan dags/ --plan migrate.yaml
      migrate scan dags/ --baseline known.json --fail-on warning
      migrate scan dags/ --airflow-python ~/airflow/bin/python --fail-on error
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # so that nothing stays behind
    from migrator.cli._known import Known
    from migrator.findings.rule import SEVERITIES
    from migrator.survey import Options, Survey
    from migrator.survey.cache import default_folder
    from migrator.survey.options import Limits

    known = Known(baseline_file, update_baseline)
    wanted = _wanted(_codes(select), _codes(ignore), known)
    options = Options(
        plan=_plan(plan_file),
        airflow_python=airflow_python,
        jobs=jobs,
        cache=default_folder() if cache else None,
        limits=Limits(seconds=timeout),
    )
    with progress("reading") as told, Survey(paths, options, wanted=wanted, progress=told) as survey:
        if plan_file is not None:
            _update(plan_file, survey)
        known.settle()
        with opened(output) as out:
            _write(survey, style, out)
        found = survey.summary["severities"]
    reached = SEVERITIES[SEVERITIES.index(fail_on) :] if fail_on in SEVERITIES else ()
    sys.exit(1 if any(found.get(severity) for severity in reached) else 0)


def _codes(text: str | None) -> tuple[str, ...]:
    """The codes, or beginnings of codes, of an option. Raises UsageError for one that no rule has."""
    from migrator.findings import rules

    asked = tuple(c.strip().upper() for c in (text or "").split(",") if c.strip())
    known = [r.code for r in rules()] if asked else []
    for code in asked:
        if not any(k.startswith(code) for k in known):
            raise UsageError(f"no rule begins with {code}; `migrate rules` lists them")
    return asked


def _wanted(
    select: tuple[str, ...], ignore: tuple[str, ...], known: "Known"
) -> "Callable[[Json], bool] | None":
    if not (select or ignore or known.path):
        return None

    def wanted(finding: "Json") -> bool:
        code = finding["code"]
        new = known.is_new(finding)  # asked first: what --select leaves out is still there
        return new and code.startswith(select or "") and not (ignore and code.startswith(ignore))

    return wanted


def _plan(path: Path | None) -> "Plan | None":
    """The plan as it is before the scan."""
    if path is None:
        return None
    from migrator import plan as plans

    return plans.read(path if path.exists() else None)


def _update(path: Path, survey: "Survey") -> None:
    """The plan is written, or brought up to date."""
    from migrator.convert.plan_file import update

    for message in update(path, survey.dags()).messages(path):
        click.echo(message, err=True)


def _write(survey: "Survey", style: str, out: TextIO) -> None:
    import importlib

    module = importlib.import_module(f"migrator.report.scan_{style}")
    if style == "table":
        module.write(survey, out, color=out is sys.stdout and out.isatty())
    else:
        module.write(survey, out)
