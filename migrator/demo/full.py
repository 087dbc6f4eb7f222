"""`migrate demo --full`: all bundled DAGs on real services, then both systems side by side."""

import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.demo import Settings, clear, needs
from migrator.errors import MigrateError

if TYPE_CHECKING:
    from migrator.demo.beside import Seen
    from migrator.demo.full_screen import FullScreen
    from migrator.demo.matches import Match
    from migrator.demo.needs import Needs
    from migrator.demo.projects import Written
    from migrator.plan import Plan
    from migrator.services import up

DATE = "2024-03-31"  # clocks in Berlin go forward; the last day of a week of page views
OWN_DATES = {"weekly_orders": ["2024-03-25"]}  # the last week that is complete
UNSEEN = {"weekly_orders": "it waits for runs of another DAG, which this phase keeps to itself (OP081)"}
ROWS = 2000  # orders of the shop
JOBS = 2  # DAGs at the same time
TAKES_LONG = 1800.0  # seconds for one DAG on one side


def run(settings: Settings, screen: "FullScreen") -> int:
    """Goes through all steps and gives the exit status: 0 equal, 1 something differs, 2 could not run."""
    clear(settings.out)
    screen.start(settings)
    with ExitStack() as leaving:
        leaving.enter_context(needs.environment({}, without=needs.OF_OTHERS))
        found = needs.programs(settings.bundle)
        leaving.enter_context(needs.environment(found.env))
        plan = _data(settings, screen)
        dags = _copied(settings)
        first, second = _projects(dags, plan, settings.out, screen)
        matches = _compare(settings, dags, plan, {"phase 1": first, "phase 2": second}, found, screen)
        seen = _beside(settings, dags, plan, first, second, screen)
        return screen.ended(matches, seen, settings.out)


def _data(settings: Settings, screen: "FullScreen") -> "Plan":
    """The plan, with a shop of its own."""
    from migrator import plan as plans

    shop = (settings.out / "shop").resolve()
    shutil.rmtree(shop, ignore_errors=True)
    words = [sys.executable, "-m", "fixtures.generate", "--rows", str(ROWS), "--out", str(shop)]
    done = subprocess.run(words, cwd=settings.bundle.root, capture_output=True, text=True)
    if done.returncode:
        raise MigrateError(f"the data could not be made: {done.stderr.strip()}")
    screen.generated(shop, done.stdout.strip())
    plan = plans.read(settings.bundle.plan)
    return plan.model_copy(update={"sandbox": plan.sandbox.model_copy(update={"fixtures": str(shop)})})


def _copied(settings: Settings) -> Path:
    """The DAG files, where dbt may write beside its project; without what it has left in the repository."""
    to = settings.out / "airflow_dags"
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(settings.bundle.dags, to, ignore=shutil.ignore_patterns("target", "logs", "__pycache__"))
    return to


def _projects(dags: Path, plan: "Plan", out: Path, screen: "FullScreen") -> "tuple[Written, Written]":
    from migrator.demo import projects
    from migrator.scan import scan
    from migrator.survey import Options, Survey

    with Survey([dags], Options(plan=plan)) as survey:
        screen.scanned(survey)
    project, _ = scan([dags])
    first = projects.write_phase_one(project, out / "phase_one")
    screen.imported(first)
    second = projects.write_phase_two(project, plan, out / "dagster_project")
    screen.converted(second)
    return first, second


def _compare(
    settings: Settings,
    dags: Path,
    plan: "Plan",
    projects: "Mapping[str, Written]",
    found: "Needs",
    screen: "FullScreen",
) -> "list[Match]":
    """Each Airflow with each phase. What Airflow has done for the first phase counts for the second as well."""
    from migrator.demo import matches
    from migrator.parity import runner
    from migrator.parity.result import FAILED

    results = []
    with needs.servers(plan) as (served, servers), needs.environment(servers.env):
        lacking = {**found.lacking, **servers.lacking}
        screen.lacking(lacking, {"phase 1": UNSEEN})
        pairs = [(phase, number) for number in range(len(settings.airflows)) for phase in projects]
        for phase, number in pairs:
            out = {**lacking, **(UNSEEN if phase == "phase 1" else {})}
            dag_ids = tuple(d for d in sorted(projects[phase].manifest.dags) if d not in out)
            own = {dag_id: dates for dag_id, dates in OWN_DATES.items() if dag_id in dag_ids}
            what = matches.Ask(dags, dag_ids, settings.dates, own, JOBS, True, TAKES_LONG)
            work = settings.out / "runs" / f"airflow {number + 1}"
            with screen.one(phase, 2 * len(dag_ids)) as line:
                job = matches.job(settings.bundle, served, projects[phase], work, what, line)
                match = matches.Match(phase, runner.run(job, [settings.airflows[number]]))
                line.end(any(result.verdict == FAILED for result in match.results))
            results.append(match)
            matches.save(settings.out, results)
            screen.matched(match)
    return results


def _beside(
    settings: Settings, dags: Path, plan: "Plan", first: "Written", second: "Written", screen: "FullScreen"
) -> "list[Seen]":
    """One start of both systems. Edits of the code are made in a copy of the converted project."""
    from migrator.demo import beside, projects
    from migrator.demo.beside import Seen

    began = time.monotonic()
    work = (settings.out / "runs" / "side_by_side").resolve()
    copy = work / second.folder.name
    projects.copy(second.folder, copy)
    asked = _up(settings, dags, plan, (copy, first.folder.resolve()), work)
    found = []
    with screen.side_by_side() as told, beside.platform(asked, told) as on:
        found.append(Seen("all parts are up", on.made.storage, True, time.monotonic() - began))
        screen.seen(found[-1])
        for each in beside.tried(on):
            found.append(each)
            screen.seen(each)
    return found


def _up(
    settings: Settings, dags: Path, plan: "Plan", projects: tuple[Path, ...], work: Path
) -> "up.Settings":
    from migrator.services import up
    from migrator.services.airflow import interpreter

    asked = up.Settings(
        interpreter(settings.airflows[0]),
        sys.executable,
        dags,
        projects,
        work,
        plan,
        settings.bundle.root,
        s3=True,
    )
    up.check_settings(asked)
    return asked
