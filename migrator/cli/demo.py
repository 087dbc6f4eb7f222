"""`migrate demo`: the whole way on the bundled DAGs, in one go."""

from pathlib import Path

import click


@click.command("demo")
@click.option(
    "--break", "broken", is_flag=True, help="Make one conversion wrong on purpose, and see it caught."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo_output"),
    show_default=True,
    help="Folder for all that is written.",
)
@click.option(
    "--airflow-python",
    "airflows",
    multiple=True,
    metavar="PY",
    help="Interpreter that has an Airflow. Repeatable.  [default: this one, and that of .venv-airflow3]",
)
@click.option(
    "--date",
    "dates",
    multiple=True,
    default=("2024-01-04",),
    show_default=True,
    metavar="DATE",
    help="Day to run, from 2024-01-01 to 2024-04-02. Repeatable, in order.",
)
def command(broken: bool, out: Path, airflows: tuple[str, ...], dates: tuple[str, ...]) -> None:
    """Move the bundled DAGs to Dagster, run three of them there and in every Airflow at hand, and compare.

    Nothing is asked of the network, no server is started, and only the --out folder is written.

    \b
    Examples:
      migrate demo
      migrate demo --break
      migrate demo --date 2024-01-03 --date 2024-01-04 --out /tmp/demo

    Exit status: 0 both systems did the same, 1 they did not (with --break: it was caught), 2 could not run.
    """
    from migrator import demo
    from migrator.demo.bundle import airflow_pythons, find_bundle, needs_dagster
    from migrator.demo.screen import Screen

    bundle = find_bundle()
    needs_dagster()
    pythons = airflows or airflow_pythons(bundle)
    settings = demo.Settings(bundle, out, dates, tuple(pythons), broken)
    raise SystemExit(demo.run(settings, Screen()))
