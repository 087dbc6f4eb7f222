"""A survey that asks the user's Airflow: text and run time are merged as a whole project, then told file by file."""

from collections.abc import Iterable, Sequence
from dataclasses import field
from functools import partial
from pathlib import Path

from migrator.findings import Finding
from migrator.ir import Dag
from migrator.record import dataclass
from migrator.scan import scan
from migrator.survey.options import Options, Progress
from migrator.survey.reading import Job, Reader, Setting
from migrator.survey.settle import settle
from migrator.survey.store import Store
from migrator.survey.unit import Unit, printable


@dataclass
class Loaded:
    """What was read, by file."""

    reader: Reader
    dags: dict[str, list[Dag]] = field(default_factory=dict)
    findings: dict[str, list[Finding]] = field(default_factory=dict)

    def jobs(self) -> dict[str, Job]:
        """One for each file of which there is something to tell, by the path that is printed."""
        return {printable(path): Job(path) for path in sorted({*self.dags, *self.findings})}

    def unit(self, job: Job) -> Unit:
        """The file's part of the survey."""
        self.reader.folder.asked.clear()
        return self.reader.unit(job, self.dags.get(job.path, ()), self.findings.get(job.path, ()))


def load(
    paths: Sequence[Path], options: Options, store: Store, progress: Progress | None
) -> tuple[Path, str | None, int]:
    """Fills the store; the folder, Airflow's version and how many files there are. Raises ProbeError."""
    project, findings = scan(
        paths,
        airflow_python=options.airflow_python,
        file_timeout=options.limits.seconds,  # of memory, a file that is run may take more than one that is read
        jobs=options.jobs,
        loading=progress,
    )
    root = Path(project.root)
    loaded = Loaded(Reader(Setting(root, options.plan, project.airflow)))
    for dag in project.dags:
        loaded.dags.setdefault(dag.origin.file, []).append(dag)
    for finding in findings:
        loaded.findings.setdefault(finding.origin.file, []).append(finding)
    jobs = loaded.jobs()
    for file, job in jobs.items():
        store.add(loaded.unit(job), file)
    settle(store, root, jobs, partial(_again, loaded, store))
    return root, project.airflow, len(project.files)


def _again(loaded: Loaded, store: Store, jobs: Iterable[Job]) -> None:
    for job in jobs:
        store.replace(loaded.unit(job), printable(job.path))
