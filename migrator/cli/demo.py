"""`migrate demo`: the whole way on the bundled DAGs, in one go."""

from pathlib import Path

import click

OUT, FULL_OUT = Path("demo_output"), Path("demo_full_output")
DATE = "2024-01-04"  # an outage of the shop


@click.command("demo")
@click.option(
    "--break", "broken", is_flag=True, help="Make one conversion wrong on purpose, and see it caught."
)
@click.option(
    "--full",
    is_flag=True,
    help="All DAGs on PostgreSQL, an S3 API, dbt and Spark; then both systems side by side.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for all that is written.  [default: demo_output; with --full demo_full_output]",
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
    metavar="DATE",
    help="Day to run, from 2024-01-01 to 2024-04-02. Repeatable, in order.  "
    "[default: 2024-01-04; with --full 2024-03-31]",
)
def command(
    broken: bool, full: bool, out: Path | None, airflows: tuple[str, ...], dates: tuple[str, ...]
) -> None:
    """Move the bundled DAGs to Dagster, run three of them there and in every Airflow at hand, and compare.

    Nothing is asked of the network, no server is started, and only the --out folder is written.

    With --full all of them run, on servers that are started for it on loopback and stopped in the end. Then both
    systems are started side by side: a run on each side, a backfill, a failing check, files of partners.

    \b
    Examples:
      migrate demo
      migrate demo --break
      migrate demo --date 2024-01-03 --date 2024-01-04 --out /tmp/demo
      migrate demo --full

    Exit status: 0 both systems did the same, 1 they did not (with --break: it was caught), 2 could not run.
    """
    from migrator import demo
    from migrator.demo.bundle import airflow_pythons, find_bundle, needs_dagster
    from migrator.errors import UsageError

    if full and broken:
        raise UsageError("--full shows a broken conversion as well, so it takes no --break")
    bundle = find_bundle()
    needs_dagster()
    pythons = tuple(airflows or airflow_pythons(bundle))
    if full:
        from migrator.demo import full as whole
        from migrator.demo.full_screen import FullScreen

        settings = demo.Settings(bundle, out or FULL_OUT, dates or (whole.DATE,), pythons)
        raise SystemExit(whole.run(settings, FullScreen()))
    from migrator.demo.screen import Screen

    settings = demo.Settings(bundle, out or OUT, dates or (DATE,), pythons, broken)
    raise SystemExit(demo.run(settings, Screen()))
