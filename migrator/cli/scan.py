"""`migrate scan`: what is in these DAG files, and how much work it is to move them."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from migrator.errors import UsageError

if TYPE_CHECKING:
    from migrator.convert.disposition import Dispositions
    from migrator.findings import Finding
    from migrator.ir import Project

LIMITS = ("info", "warning", "error", "never")


@click.command("scan")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print.",
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
    "--select", metavar="CODES", help="Only findings whose code begins with one of these, such as TM,SC006."
)
@click.option("--ignore", metavar="CODES", help="No findings whose code begins with one of these.")
@click.option(
    "--fail-on",
    type=click.Choice(LIMITS),
    default="never",
    show_default=True,
    help="Exit 1 from this severity on.",
)
def command(
    paths: tuple[Path, ...],
    style: str,
    output: Path | None,
    plan_file: Path | None,
    airflow_python: str | None,
    select: str | None,
    ignore: str | None,
    fail_on: str,
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
      migrate scan dags/ --format json --output scan.json
      migrate scan dags/orders.py --select TM,DP
      migrate scan dags/ --plan migrate.yaml
      migrate scan dags/ --airflow-python ~/airflow/bin/python --fail-on error
    """
    from migrator import checks
    from migrator.convert.disposition import decisions
    from migrator.findings import in_order
    from migrator.findings.suppress import suppress
    from migrator.scan import scan

    wanted, unwanted = _codes(select), _codes(ignore)
    project, found = scan(paths, airflow_python=airflow_python)
    dispositions, reasons = _planned(project, plan_file) if plan_file else decisions(project)
    kept = suppress([*found, *checks.run(project), *reasons], project.files)
    kept = [
        f
        for f in kept
        if (not wanted or f.code.startswith(wanted)) and not f.code.startswith(unwanted or ("-",))
    ]
    findings = in_order(kept)
    _write(_render(project, findings, dispositions, style, output), output)
    sys.exit(1 if any(f.reaches(fail_on) for f in findings) else 0)


def _planned(project: "Project", plan_file: Path) -> "tuple[Dispositions, list[Finding]]":
    """The decisions under the plan, which is written or brought up to date."""
    from migrator import plan as plans
    from migrator.convert.disposition import decisions
    from migrator.convert.plan_file import update

    found = decisions(project, plans.read(plan_file if plan_file.exists() else None))
    added = update(plan_file, project, found[0])
    click.echo(f"{plan_file}: {len(added)} DAGs added" if added else f"{plan_file}: nothing to add", err=True)
    return found


def _codes(text: str | None) -> tuple[str, ...]:
    """The codes, or beginnings of codes, of an option. Raises UsageError for one that no rule has."""
    from migrator.findings import rules

    asked = tuple(c.strip().upper() for c in (text or "").split(",") if c.strip())
    known = [r.code for r in rules()] if asked else []
    for code in asked:
        if not any(k.startswith(code) for k in known):
            raise UsageError(f"no rule begins with {code}; `migrate rules` lists them")
    return asked


def _render(
    project: "Project",
    findings: Sequence["Finding"],
    dispositions: "Dispositions",
    style: str,
    output: Path | None,
) -> str:
    from migrator.report import scan_data, scan_table

    report = scan_data.build(project, findings, dispositions)
    if style == "json":
        return json.dumps(report, indent=2, ensure_ascii=False) + "\n"
    terminal = output is None and sys.stdout.isatty()
    return scan_table.render(report, color=terminal)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror}") from error
