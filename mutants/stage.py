"""Where mutants run: Airflow once, then the converted project as it is, then each mutant of it."""

import hashlib
import json
import shutil
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from migrator import manifest as manifests
from migrator import plan as plans
from migrator.manifest import Manifest
from migrator.parity import record, runner
from migrator.parity.compare import Rules, compare
from migrator.parity.dagster_side import Dagster, Project
from migrator.parity.job import Job, rules_of
from migrator.parity.record import Json, Record
from migrator.parity.result import Result
from migrator.parity.sandbox import Sandbox, collect, sandbox
from migrator.parity.side import CouldNotRun, Moment
from migrator.plan import Plan

ROOT = Path(__file__).resolve().parent.parent
PROJECT, DAGS, PLAN = ROOT / "dagster_defs", ROOT / "airflow_dags", ROOT / "migrate.yaml"
PATIENCE = (
    60.0  # seconds for a run, twice as much for the first; a mutant that goes on for ever could not run
)


@dataclass
class Stage:
    """The DAGs of one process, with a folder of their own. `dates`: those of each DAG, in order.

    `damaged`: the tables that the DAGs read are missing, so that tasks fail in both systems.
    """

    work: Path
    dates: Mapping[str, list[str]]
    leaving: ExitStack
    damaged: bool = False

    def __post_init__(self) -> None:
        self.work.mkdir(parents=True, exist_ok=True)
        self.manifest: Manifest = manifests.of(PROJECT)
        self.plan: Plan = plans.read(PLAN)
        planned = self.plan.sandbox
        if self.damaged:
            place = _damaged(ROOT / str(planned.fixtures), self.work / "fixtures")
            planned = planned.model_copy(update={"fixtures": str(place)})
        self.sandbox: Sandbox = sandbox(self.work, planned, ROOT)
        self.airflow: dict[str, list[Record]] = {}
        self._judged: dict[tuple[str, int, str], Result] = {}
        self._dagster: Dagster | None = None
        self._number = 0

    def unchanged(self) -> list[Result]:
        """Both systems, and nothing is wrong: what Airflow did is kept for the mutants."""
        job = Job(
            project=Project(PROJECT, sys.executable),
            manifest=self.manifest,
            dags=DAGS,
            dag_ids=sorted(self.dates),
            dates=[],
            plan=self.plan,
            sandbox=self.sandbox,
            work=self.work,
            resume=True,
            own_dates={dag_id: list(dates) for dag_id, dates in self.dates.items()},
        )
        results = runner.run(job, [sys.executable])
        for dag_id, dates in self.dates.items():
            runs = self.work / "airflow" / dag_id / "airflow" / "runs"
            by_start = [record.read(path.parent) for path in runs.glob(f"*/{record.NAME}")]
            self.airflow[dag_id] = sorted(by_start, key=lambda each: str(each.interval))
            assert len(self.airflow[dag_id]) == len(dates), f"{dag_id}: {len(by_start)} runs in Airflow"
        return results

    def module(self, dag_id: str) -> Path:
        """The module of a DAG in the converted project."""
        return PROJECT / self.manifest.dags[dag_id].path

    def rules(self, dag_id: str) -> Rules:
        """How the DAG's runs are compared, as `migrate compare` does it."""
        return rules_of(self.manifest.dags[dag_id], self.plan, dag_id)

    def ran(self, dag_id: str, text: str | None = None) -> list[Record] | CouldNotRun:
        """What Dagster does for the same intervals, with this text as the DAG's module."""
        self._number += 1
        out = self.work / "mutants" / f"m{self._number}"
        folder = (
            PROJECT if text is None else _project(out / f"mutant_{self._number}", self.module(dag_id), text)
        )
        moments = [
            Moment(f"run{number}", each.interval, each.logical_date)
            for number, each in enumerate(self.airflow[dag_id])
        ]
        dagster = self._started()
        dagster.project = replace(dagster.project, folder=folder)
        plan = self.plan.dag(dag_id)
        try:
            with self.sandbox.fresh(out / "sandbox") as here:
                found = dagster.run(
                    dag_id,
                    self.manifest.dags,
                    moments,
                    out / "runs",
                    conf=plan.conf,
                    cwd=here,
                    timeout=PATIENCE * (1 + len(moments)),
                )
                last = replace(found[-1], outputs=collect(here, plan.outputs, found[-1].folder))
            return [*found[:-1], last]
        except CouldNotRun as error:
            return error
        finally:
            shutil.rmtree(out / "sandbox", ignore_errors=True)

    def verdicts(self, dag_id: str, right: list[Record]) -> list[Result]:
        """Airflow's runs against these. What left the very same bytes as a run before it has the same verdict."""
        rules, found = self.rules(dag_id), []
        for number, (one, two) in enumerate(zip(self.airflow[dag_id], right, strict=True)):
            place = dag_id, number, _digest(two)
            if place not in self._judged:
                self._judged[place] = compare(one, two, rules)
            found.append(self._judged[place])
        return found

    def _started(self) -> Dagster:
        if self._dagster is None:
            environment = {**self.sandbox.environment(), "AIRFLOW_DAGS_FOLDER": str(DAGS)}
            made = Dagster(
                Project(PROJECT, sys.executable),
                env=environment,
                cwd=self.work,
                log=self.work / "mutants" / "dagster.log",
            )
            self._dagster = self.leaving.enter_context(made)
        return self._dagster


def _digest(found: Record) -> str:
    """Of all that a record holds, but for the name of its run."""
    body = {**record.as_json(found), "run_id": None}
    files = [
        value.path for task in found.tasks for value in task.xcoms.values() if not isinstance(value, Json)
    ]
    told = hashlib.sha256(json.dumps(body, sort_keys=True).encode())
    for path in [*files, *map(found.output, found.outputs)]:
        told.update(hashlib.sha256(path.read_bytes() if path else b"").digest())
    return told.hexdigest()


def _damaged(fixtures: Path, to: Path) -> Path:
    """A copy without the tables, so that whoever reads one fails."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(fixtures, to)
    for path in to.glob("*.csv"):  # files that arrive later, in a folder of their own, are waited for
        path.unlink()
    return to


def _project(folder: Path, module: Path, text: str) -> Path:
    """The converted project under another name, with this module alone; what it needs besides are links."""
    (folder / "defs").mkdir(parents=True)
    for there in PROJECT.iterdir():
        if there.name not in ("defs", "phase_one", "__pycache__", "tests"):
            (folder / there.name).symlink_to(there)
    (folder / "defs" / "__init__.py").touch()
    (folder / "defs" / module.name).write_text(text, encoding="utf-8")
    return folder


def dumps(results: list[Result]) -> str:
    """What differs, in short."""
    items = [
        f"{(result.interval or ('',))[0][:10]}: {item.name} {item.outcome.verdict}"
        for result in results
        for item in result.all_items
        if item.outcome.verdict != "equal"
    ]
    return json.dumps(items[:5])
