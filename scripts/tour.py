"""`make tour`: the pictures of docs/tour.md, from both interfaces with real runs behind them.

Starts what `migrate up` starts, runs order_analytics in Airflow, launches a backfill of it and a run with a failing
check in Dagster, and looks at the pages with a headless Chromium. Look at the pictures before they are committed.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import click
from playwright.sync_api import Page, sync_playwright

from migrator import plan as plans
from migrator.demo import wrong
from migrator.services import operate
from migrator.services.airflow import USER, Airflow, interpreter
from migrator.services.check import Check, run_in_airflow, run_in_dagster
from migrator.services.dagster import Dagster, Location
from migrator.services.supervisor import Supervisor
from migrator.services.up import Settings, Stack, stack
from scripts import environments

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
DAYS = [f"2024-01-0{day}" for day in range(3, 8)]
SHOWN, CHECKED = "order_analytics", "order_pipeline"
IGNORED = shutil.ignore_patterns("phase_one", "__pycache__")


@dataclass(frozen=True)
class Tour:
    """Both systems, running, and a page of the browser that looks at them."""

    airflow: Airflow
    dagster: Dagster
    page: Page
    check: Check

    @property
    def location(self) -> Location:
        """The converted project; the lifted jobs are the other one."""
        return self.dagster.locations[0]

    def picture(self, name: str, url: str, seen: str) -> None:
        """One page, when a text of it is there and it has come to rest."""
        self.page.goto(url)
        self.page.get_by_text(seen).first.wait_for(timeout=90_000)
        self.page.wait_for_timeout(4_000)  # both draw their graphs after the page is there, and keep polling
        self.page.screenshot(path=IMAGES / f"tour-{name}.png")
        click.echo(f"docs/images/tour-{name}.png")


@click.command()
@click.option("--airflow-python", default=".venv/bin/python", show_default=True)
def main(airflow_python: str) -> None:
    """Make the pictures anew."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        _running(Path(scratch), airflow_python) as (made, up),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=environments.browser(), args=environments.BROWSER_OPTIONS
        )
        page = browser.new_page(viewport={"width": 1360, "height": 800}, device_scale_factor=1)
        _tour(Tour(made.airflow, made.dagster, page, Check(SHOWN, look=up.look)))
        browser.close()


@contextmanager
def _running(scratch: Path, airflow_python: str) -> Iterator[tuple[Stack, Supervisor]]:
    """Both systems, with a copy of the converted project that has lost a line."""
    project = shutil.copytree(ROOT / "dagster_defs", scratch / "dagster_defs", ignore=IGNORED)
    plan = ROOT / "migrate.yaml"
    python = os.path.abspath(airflow_python)
    settings = Settings(
        interpreter(python),
        str(ROOT / ".venv/bin/python"),
        ROOT / "airflow_dags",
        (project, ROOT / "dagster_defs" / "phase_one"),
        scratch / "work",
        plans.read(plan),
        plan.parent,
    )
    settings.work.mkdir()
    with (
        wrong.without_newest(project),
        stack(settings) as made,
        Supervisor(made.services, settings.work / "logs", os.environ, _told) as supervisor,
    ):
        assert supervisor.start(), "stopped"
        yield made, supervisor


def _told(name: str, line: str) -> None:
    click.echo(f"{name} | {line}")


def _tour(tour: Tour) -> None:
    for day, after in pairwise(DAYS):
        run_in_airflow(tour.airflow, tour.check, (f"{day}T00:00:00+00:00", f"{after}T00:00:00+00:00"))
    _login(tour)
    tour.picture("airflow", f"{tour.airflow.url}/dags/{SHOWN}/grid?tab=graph", "enrich_orders")
    launched, status = operate.backfill(tour.dagster, tour.location, SHOWN, DAYS, tour.check)
    assert status.startswith("COMPLETED"), status
    tour.picture("backfill", f"{tour.dagster.url}/runs/b/{launched}", "Succeeded")
    tour.picture(
        "assets", f"{tour.dagster.url}/assets/{SHOWN}/enriched_orders?view=lineage", "customer_segments"
    )
    failed = run_in_dagster(tour.dagster, tour.location, CHECKED, tour.check, DAYS[2])
    assert not failed.well, "the check let the wrong table pass"
    check = f"{CHECKED}/cleaned_orders?view=checks&checkDetail=cleaned_orders_unique"
    tour.picture("check", f"{tour.dagster.url}/assets/{check}", "Failed")


def _login(tour: Tour) -> None:
    tour.page.goto(f"{tour.airflow.url}/login/")
    tour.page.fill("#username", USER)
    tour.page.fill("#password", tour.airflow.password)
    tour.page.click("input[type=submit]")


if __name__ == "__main__":
    main()
