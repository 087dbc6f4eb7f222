"""`migrate demo`: scan, import, convert, run both systems and compare, on the bundled DAGs."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.demo.bundle import LEFT_OUT, Bundle
from migrator.errors import UsageError

if TYPE_CHECKING:
    from migrator.demo.matches import Match
    from migrator.demo.projects import Written
    from migrator.demo.screen import Screen
    from migrator.demo.wrong import Wrong
    from migrator.ir import Project
    from migrator.plan import Plan

MARK = "results.json"  # what a folder that an earlier demo wrote is known by
CAUGHT, NOT_CAUGHT = 1, 2


@dataclass(frozen=True)
class Settings:
    """`broken`: one line of the converted project is taken out, which the comparison has to catch."""

    bundle: Bundle
    out: Path
    dates: tuple[str, ...]
    airflows: tuple[str, ...]
    broken: bool = False


def run(settings: Settings, screen: "Screen") -> int:
    """Goes through all steps and gives the exit status: 0 equal, 1 different (or caught), 2 could not run."""
    from migrator import plan as plans
    from migrator.scan import scan
    from migrator.survey import Options, Survey

    clear(settings.out)
    plan = plans.read(settings.bundle.plan)
    screen.start(settings)
    with Survey([settings.bundle.dags], Options(plan=plan)) as survey:
        screen.scanned(survey)
    project, _ = scan([settings.bundle.dags])
    project = replace(project, dags=tuple(d for d in project.dags if d.dag_id not in LEFT_OUT))
    first, second = _written(settings, project, plan)
    screen.imported(first)
    screen.converted(second)
    wrong = _break(settings, second, screen) if settings.broken else None
    return _compare(settings, plan, first, second, wrong, screen)


def clear(out: Path) -> None:
    """Runs of an earlier demo go; its projects stay, so that edits in them can be tried.

    Raises UsageError for a folder with other things in it.
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is not a folder")
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise UsageError(f"{out} is not empty and not from an earlier demo: give another --out")
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).write_text("{}\n", encoding="utf-8")
    shutil.rmtree(out / "runs", ignore_errors=True)


def _written(settings: Settings, project: "Project", plan: "Plan") -> "tuple[Written, Written]":
    from migrator.demo import projects

    first = projects.write_phase_one(project, settings.out / "phase_one")
    return first, projects.write_phase_two(project, plan, settings.out / "dagster_project")


def _break(settings: Settings, second: "Written", screen: "Screen") -> "Wrong":
    from migrator.demo.wrong import make_wrong

    wrong = make_wrong(second.folder, settings.out / "runs" / "wrong" / second.folder.name)
    screen.broken(wrong)
    return wrong


def _compare(
    settings: Settings,
    plan: "Plan",
    first: "Written",
    second: "Written",
    wrong: "Wrong | None",
    screen: "Screen",
) -> int:
    from migrator.demo import matches
    from migrator.parity.result import exit_status

    projects = {"phase 1": first, "phase 2": second.moved_to(wrong.project) if wrong else second}
    found = matches.play(settings, plan, projects, screen)
    matches.save(settings.out, found)
    results = [result for match in found for result in match.results]
    screen.compared(found)
    if wrong is None:
        screen.verdict(results, settings.out)
        return exit_status(results)
    caught = _is_caught(found, wrong)
    screen.caught(caught, wrong, settings.out)
    return CAUGHT if caught else NOT_CAUGHT


def _is_caught(found: "list[Match]", wrong: "Wrong") -> bool:
    """Whether exactly the runs of the wrong conversion were found to differ."""
    from migrator.parity.verdict import DIFFERENT, EQUAL

    verdicts = {
        (result.verdict, match.phase == "phase 2" and result.dag_id == wrong.dag_id)
        for match in found
        for result in match.results
    }
    return verdicts == {(EQUAL, False), (DIFFERENT, True)}
