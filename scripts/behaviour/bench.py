"""A folder of DAGs, the Airflow that runs them, and the place where both systems run."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from migrator import manifest as manifests
from migrator.manifest import Manifest
from migrator.parity.dagster_side import Dagster, Project
from migrator.parity.sandbox import Sandbox, sandbox
from migrator.plan import Plan
from migrator.runtime.airflow_client import PATH_VARIABLE

CHANCE = (Path(__file__).parent / "chance").resolve()
DATE = "2024-01-03"


@dataclass(frozen=True)
class Bench:
    """`work` is a scratch folder: the converted project, the sandbox and what runs leave behind lie in it."""

    name: str
    version: str
    python: Path
    dags: Path
    work: Path
    plan: Plan = field(default_factory=Plan)
    root: Path = Path()  # the plan's folder
    timeout: float = 90  # seconds for one DAG in one system

    @property
    def sandbox(self) -> Sandbox:
        """Both systems run in it, one after the other."""
        return sandbox(self.work, self.plan.sandbox, self.root)

    def environment(self) -> dict[str, str]:
        """What both systems get: no Airflow and no settings of whoever calls; chance that repeats itself."""
        home = str((self.work / "airflow_home").resolve())
        paths = {
            "PYTHONPATH": str(CHANCE),
            PATH_VARIABLE: str(CHANCE),
        }  # the latter for tasks that stay in Airflow
        return {"AIRFLOW_HOME": home, **paths, **self.sandbox.environment()}

    def convert(self) -> Manifest:
        """The whole folder as one Dagster project, as a user converts it."""
        out = self.work / "converted"
        command = [sys.executable, "-m", "migrator", "convert", str(self.dags), "--out", str(out), "--force"]
        command += ["--airflow-python", str(self.python), "--no-verify"]
        done = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, **self.environment()}
        )
        (self.work / "convert.log").write_text(done.stdout + done.stderr, encoding="utf-8")
        found = manifests.read(out)
        if done.returncode or found is None:
            raise SystemExit(f"{self.name}: `migrate convert` ended with {done.returncode}\n{done.stderr}")
        return found

    def dagster(self) -> Dagster:
        """The converted project in one warm process, with the Airflow for the tasks that are not native."""
        needs = {"AIRFLOW_PYTHON": str(self.python), "AIRFLOW_DAGS_FOLDER": str(self.dags.resolve())}
        self.sandbox.folder.mkdir(parents=True, exist_ok=True)
        return Dagster(
            Project(self.work / "converted", sys.executable),
            env={**self.environment(), **needs},
            cwd=self.sandbox.folder,
            log=self.work / "dagster.log",
        )

    def portable(self, text: str) -> str:
        """A record without the paths of this machine."""
        places = {
            self.sandbox.folder: "{sandbox}",
            self.dags.resolve(): "{dags}",
            self.work.resolve(): "{work}",
        }
        for place, name in places.items():
            text = text.replace(json.dumps(str(place))[1:-1], name)
        return text
