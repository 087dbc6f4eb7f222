"""`migrate compare --live`: systems that already run in production, interval by interval."""

import os
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from migrator.cli._options import adding
from migrator.cli._output import write
from migrator.errors import MigrateError, UsageError

if TYPE_CHECKING:
    from migrator.parity.live.poll import Live, Watched
    from migrator.parity.live.status import Status

FOLDER = click.Path(file_okay=False, path_type=Path)
DAYS = 30  # that are looked at without --since
SCHEMA = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

options = adding(
    [
        click.option("--live", is_flag=True, help="Compare the runs of two systems that are in production."),
        click.option(
            "--since",
            metavar="DATE",
            help=f"Live: intervals from then on.  [default: the last {DAYS} days]",
        ),
        click.option("--watch", is_flag=True, help="Live: go on until Ctrl-C."),
        click.option(
            "--every",
            type=click.IntRange(1),
            default=60,
            show_default=True,
            help="Live: seconds between looks.",
        ),
        click.option("--airflow-url", metavar="URL", help="Live: of Airflow's web or API server."),
        click.option(
            "--dagster-url",
            metavar="URL",
            help="Live: of Dagster's webserver.  [default: the instance of DAGSTER_HOME]",
        ),
        click.option(
            "--airflow-files",
            type=FOLDER,
            help="Live: where Airflow keeps what the plan's output globs name.",
        ),
        click.option(
            "--dagster-files", type=FOLDER, help="Live: the same of Dagster, such as its shadow prefix."
        ),
        click.option(
            "--airflow-schema", metavar="NAME", help="Live: of tables that the plan names as outputs."
        ),
        click.option(
            "--dagster-schema", metavar="NAME", help="Live: the same of Dagster, its shadow schema."
        ),
        click.option(
            "--memory-at",
            metavar="FILE|URL|env:NAME",
            help="Live: what was compared is kept there.  [default: migrate-live.sqlite]",
        ),
    ]
)
PLAIN = {"every": 60}
NAMES = (
    "live since watch every airflow_url dagster_url airflow_files dagster_files "
    "airflow_schema dagster_schema memory_at"
).split()


def taken(asked: dict[str, Any]) -> dict[str, Any]:
    """The options of this form, which the others do not see. Raises UsageError for some without --live."""
    found = {name: asked.pop(name) for name in NAMES}
    given = sorted(
        f"--{name.replace('_', '-')}" for name, value in found.items() if value and value != PLAIN.get(name)
    )
    if given and not found["live"]:
        raise UsageError(f"{', '.join(given)}: an option of `compare --live`")
    return found


def run(
    places: tuple[str, ...],
    dag_ids: list[str],
    plan: Path | None,
    style: str,
    output: Path | None,
    asked: Mapping[str, Any],
) -> int:
    """One look, or looks until Ctrl-C; the exit status."""
    from migrator.parity.live.memory import Memory
    from migrator.parity.live.status import exit_status

    dags = _watched(places, dag_ids, plan, asked)
    memory = Memory(asked["memory_at"] or "migrate-live.sqlite")
    try:
        live = _live(asked, memory)
        found: list[Status] = []
        try:
            for found in _looks(live, dags, asked["watch"], asked["every"]):
                _show(found, style, output)
        except KeyboardInterrupt:  # while it looks, waits or writes
            if not asked["watch"]:
                raise
            click.echo("stopped", err=True)
    finally:
        memory.close()
    return exit_status(found) if found else 2


def _looks(live: "Live", dags: "list[Watched]", watch: bool, every: int) -> "Iterable[list[Status]]":
    """The state after each look. With --watch a server that does not answer is asked again."""
    from threading import Event

    pause = Event()
    while True:
        try:
            yield [live.look(dag) for dag in dags]
        except MigrateError as error:
            if not watch or isinstance(error, UsageError):
                raise
            click.echo(f"migrate: {error}; asked again in {every} s", err=True)
        if not watch:
            return
        pause.wait(every)


def _live(asked: Mapping[str, Any], memory: Any) -> "Live":
    from migrator.parity.live import dagster, http
    from migrator.parity.live.airflow import Airflow
    from migrator.parity.live.poll import Live

    if not asked["airflow_url"]:
        raise UsageError("--live needs --airflow-url")
    airflow = Airflow(http.address(asked["airflow_url"], "--airflow-url"), os.environ)
    if asked["dagster_url"]:
        other = dagster.at(http.address(asked["dagster_url"], "--dagster-url"), os.environ)
    elif os.environ.get("DAGSTER_HOME"):
        other = dagster.instance()
    else:
        raise UsageError("--live needs --dagster-url, or DAGSTER_HOME in the environment")
    return Live(airflow, other, memory, _since(asked["since"]))


def _since(text: str | None) -> datetime:
    if not text:
        return datetime.now(timezone.utc) - timedelta(days=DAYS)
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise UsageError(f"--since needs a date such as 2024-01-03, not {text!r}") from error
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def _watched(
    places: tuple[str, ...], dag_ids: list[str], plan_file: Path | None, asked: Mapping[str, Any]
) -> "list[Watched]":
    from migrator import manifest as manifests
    from migrator import plan as plans
    from migrator.parity.job import rules_of
    from migrator.parity.live.outputs import DATABASES, Declared, Places
    from migrator.parity.live.poll import Watched
    from migrator.parity.runner import choose

    if len(places) != 1:
        raise UsageError("--live needs PROJECT: what `migrate convert` or `migrate import` wrote")
    manifest = manifests.of(Path(places[0]))
    plan = plans.read(plan_file)
    sides = [
        Places(asked[f"{side}_files"], os.environ.get(variable, ""), _schema(asked[f"{side}_schema"]))
        for side, variable in zip(("airflow", "dagster"), DATABASES, strict=True)
    ]
    return [
        Watched(
            dag_id,
            manifest.dags[dag_id],
            rules_of(manifest.dags[dag_id], plan, dag_id),
            Declared(plan.dag(dag_id).outputs, *sides),
        )
        for dag_id in choose(manifest, dag_ids)
    ]


def _schema(name: str | None) -> str:
    if name and not SCHEMA.fullmatch(name):
        raise UsageError(f"{name!r} is no name of a schema")
    return name or ""


def _show(found: "list[Status]", style: str, output: Path | None) -> None:
    import json

    from migrator.parity.live.status import as_json
    from migrator.report import live

    if style == "json":
        text = json.dumps(as_json(found), indent=2, ensure_ascii=False) + "\n"
    elif style == "html":
        text = live.page(found, datetime.now(timezone.utc).isoformat(timespec="seconds"))
    else:
        text = live.text(found)
    write(text, output)
