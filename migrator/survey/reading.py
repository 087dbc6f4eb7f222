"""One file, read as a survey needs it: its DAGs, what convert would do with them, and what is to be said."""

from collections.abc import Iterable, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from migrator import checks
from migrator.convert.beside import Modules
from migrator.convert.disposition import Disposition, dispositions
from migrator.findings import Finding, in_order
from migrator.findings.suppress import suppress
from migrator.inventory import FolderSources, Inventory, links_of, of_dag
from migrator.ir import Dag, Project, SourceFile
from migrator.ir.schedule import is_airflow3
from migrator.record import dataclass
from migrator.scan import read_path
from migrator.scan.folder import Folder
from migrator.survey import effort
from migrator.survey.unit import Json, Unit, described, row, told

if TYPE_CHECKING:
    from migrator.plan import Plan


class Job(NamedTuple):
    """What is to be read. `asked`: the user named this very file. `without`: DAGs that another file has already.

    `refused`: why none of its DAGs can be native beside those of other files. There is one for each file of a
    survey, so it is a tuple: a third of the memory.
    """

    path: str
    asked: bool = False
    without: frozenset[str] = frozenset()
    refused: str | None = None


@dataclass(frozen=True)
class Setting:
    """What is the same for all files of a survey. `airflow`: the version that was asked, if one was."""

    root: Path
    plan: "Plan | None" = None
    airflow: str | None = None

    @property
    def airflow3(self) -> bool:
        """Whether the DAGs run on Airflow 3."""
        return is_airflow3(self.airflow)


@dataclass
class Reader:
    """Reads files of one folder, one at a time."""

    setting: Setting
    folder: Folder = field(init=False)
    sources: FolderSources = field(init=False)
    model: effort.Model = field(init=False)

    def __post_init__(self) -> None:
        self.folder = Folder(self.setting.root)
        self.sources = FolderSources(self.folder)
        self.model = effort.model(self.setting.plan)

    def read(self, job: Job) -> Unit:
        """The file's part of the survey."""
        self.folder.asked.clear()
        dags, findings = read_path(self.folder, job.path, asked=job.asked)
        unit = self.unit(job, dags, findings)
        self.folder.done(job.path)
        return unit

    def unit(self, job: Job, dags: Sequence[Dag], findings: Iterable[Finding]) -> Unit:
        """The same for DAGs that were read before."""
        kept = [dag for dag in dags if dag.dag_id not in job.without]
        decided = self._decided(job, kept)
        project = Project(str(self.setting.root), tuple(kept), self._files(), self.setting.airflow)
        blocking = {finding for one in decided for finding in one.blocking}
        needs = [of_dag(dag, self.sources) for dag in kept]
        notes = [f for one in decided for f in one.notes] + [f for need in needs for f in need.findings]
        everything = in_order([*findings, *checks.run(project), *blocking, *notes])
        shown = suppress(everything, self._texts(everything))
        told_of = [{**f.as_json(), "blocking": f in blocking} for f in everything if f.dag_id is not None]
        described = [_described(one, need) for one, need in zip(decided, needs, strict=True)]
        efforts = effort.of_file(described, told_of, self.model)
        return Unit(
            job.path,
            tuple(
                told({**dag, "effort": hours}, one.steps)
                for dag, hours, one in zip(described, efforts, decided, strict=True)
            ),
            tuple(row(finding, blocking=finding in blocking) for finding in shown),
            dict(self.folder.asked),
        )

    def _decided(self, job: Job, dags: Sequence[Dag]) -> list[Disposition]:
        if not dags:
            return []
        return dispositions(
            job.path,
            self.folder.source(job.path).text,
            dags,
            self.setting.plan,
            Modules(self.folder),
            airflow3=self.setting.airflow3,
            refused=job.refused,
        )

    def _files(self) -> tuple[SourceFile, ...]:
        """The files that this reading has opened."""
        opened = [key.partition(" ")[2] for key in self.folder.asked if key.startswith("source ")]
        sources = [self.folder.source(path) for path in sorted(opened)]
        return tuple(SourceFile(s.path, s.text, s.sha256) for s in sources)

    def _texts(self, findings: Iterable[Finding]) -> list[SourceFile]:
        """The files that the findings are about."""
        paths = sorted({f.origin.file for f in findings})
        return [SourceFile(path, self.folder.source(path).text, None) for path in paths]


def _described(one: Disposition, needs: Inventory) -> Json:
    target = one.target
    return {
        **described(one.dag, one.tasks),
        "level": one.level,
        "inventory": needs.as_json(),
        "links": [link.as_json() for link in links_of(one.dag)],
        "target": {
            "job": target.job,
            "nodes": [{"name": n.name, "kind": n.kind, "tasks": list(n.tasks)} for n in target.nodes],
            "edges": [list(edge) for edge in target.edges],
        },
    }
