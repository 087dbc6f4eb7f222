"""Both systems on the same data: each project against each Airflow, two at a time."""

import json
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.demo.bundle import SHOWN, Bundle
from migrator.demo.projects import Written
from migrator.parity import runner
from migrator.parity.dagster_side import Project
from migrator.parity.job import Job, Say
from migrator.parity.result import FAILED, Result, as_json
from migrator.parity.sandbox import sandbox
from migrator.plan import Plan
from migrator.report.comparison import render

if TYPE_CHECKING:
    from migrator.demo import Settings
    from migrator.demo.screen import Screen

AT_ONCE = 2  # each keeps about one core busy


@dataclass(frozen=True)
class Ask:
    """Which DAGs on which dates; `own_dates`, `jobs` and `resume` are those of a `Job`."""

    dags: Path
    dag_ids: tuple[str, ...]
    dates: tuple[str, ...]
    own_dates: Mapping[str, list[str]] = field(default_factory=dict)
    jobs: int = 1
    resume: bool = False
    timeout: float = 600


@dataclass(frozen=True)
class Match:
    """What one project did, compared with what one Airflow did."""

    phase: str
    results: list[Result]

    @property
    def airflow(self) -> str:
        """Its version."""
        return next((result.airflow for result in self.results if result.airflow), "?")


def play(settings: "Settings", plan: Plan, projects: Mapping[str, Written], screen: "Screen") -> list[Match]:
    """All matches, by phase and Airflow. The Airflow that was named last is likely the slowest, so it starts first."""
    pairs = [(phase, number) for phase in projects for number in range(len(settings.airflows))]
    steps = 2 * len(SHOWN)
    with screen.running([phase for phase, _ in pairs], steps) as lines:

        def one(index: int) -> Match:
            phase, number = pairs[index]
            work = settings.out / "runs" / f"{phase} {number + 1}"
            what = Ask(settings.bundle.dags, SHOWN, settings.dates)
            asked = job(settings.bundle, plan, projects[phase], work, what, lines[index])
            results = runner.run(asked, [settings.airflows[number]])
            lines[index].end(any(result.verdict == FAILED for result in results))
            return Match(phase, results)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            order = sorted(range(len(pairs)), key=lambda index: -pairs[index][1])
            found = dict(zip(order, pool.map(one, order), strict=True))
    return [found[index] for index in range(len(pairs))]


def job(bundle: Bundle, plan: Plan, project: Written, work: Path, what: Ask, say: Say) -> Job:
    """What the runner is told."""
    work = work.with_name(work.name.replace(" ", "_")).resolve()
    work.mkdir(parents=True, exist_ok=True)
    own = {
        **plan.sandbox.env,
        "AIRFLOW_HOME": str(work / "airflow_home"),
    }  # not that of whoever tries the demo
    return Job(
        project=Project(project.folder, sys.executable),
        manifest=project.manifest,
        dags=what.dags,
        dag_ids=list(what.dag_ids),
        dates=list(what.dates),
        plan=plan,
        sandbox=sandbox(work, plan.sandbox.model_copy(update={"env": own}), bundle.root),
        work=work,
        timeout=what.timeout,
        say=say,
        own_dates=what.own_dates,
        jobs=what.jobs,
        resume=what.resume,
    )


def save(out: Path, found: list[Match]) -> None:
    """The report for people, and the results for programs."""
    results = [result for match in found for result in match.results]
    body = {
        match.phase: as_json([r for m in found if m.phase == match.phase for r in m.results])
        for match in found
    }
    (out / "report.txt").write_text(render(results, color=False), encoding="utf-8")
    (out / "results.json").write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
