"""What a side of a DAG was made from, as one digest: when it is the same, running it again would tell nothing new.

A side stands on more than its own file: on helpers beside it, fixtures, installed packages, options. Files of other
DAGs belong to it when a text of its own names them, or a DAG of theirs. What is behind an address - tables, buckets,
services - is not seen.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from migrator import __version__
from migrator import manifest as manifests
from migrator.parity.job import Job
from migrator.parity.sandbox import Sandbox
from migrator.parity.side import Moment

LEFT_OUT = {"__pycache__", "node_modules"}
NAMES_ALL = "definitions.py"  # it imports all modules, and so does not tell which belong together
WORD = re.compile(r"[\w.\-]+")
TEXT = 1 << 20  # bytes; nobody writes more code than that into a file
PASSED_ON = ("AIRFLOW", "DAGSTER")  # variables of ours that reach both sides


@dataclass(frozen=True)
class Tree:
    """A folder of code. `owners`: the names by which another file would call each file that is a DAG's own."""

    folder: Path
    owners: Mapping[str, frozenset[str]]

    @cached_property
    def digests(self) -> dict[str, str]:
        """Of all files but hidden ones, by relative path."""
        return _digests(self.folder)

    @cached_property
    def _named(self) -> dict[str, frozenset[str]]:
        """The files of DAGs that each file names."""
        return {}

    def behind(self, start: Iterable[str]) -> dict[str, str]:
        """Digests of what belongs to these files: themselves, what is nobody's own, and what those name."""
        asked = set(start)
        found = {name for name in self.digests if name in asked or name not in self.owners}
        unread = [name for name in found if name != NAMES_ALL]
        while unread:
            more = self._names(unread.pop()) - found
            found |= more
            unread += more
        return {name: self.digests[name] for name in sorted(found)}

    def _names(self, file: str) -> frozenset[str]:
        if file not in self._named:
            said = set(WORD.findall(_start(self.folder / file)))
            words = {part for word in said for part in (word, *word.split("."))}
            self._named[file] = frozenset(
                other for other, called in self.owners.items() if other in self.digests and words & called
            )
        return self._named[file]


class Fingerprints:
    """Those of a comparison's sides; reads each folder once."""

    def __init__(self, job: Job, python: str) -> None:
        self._job, self._python = job, python
        dags = job.manifest.dags
        self._dags = Tree(job.dags, _owners({d: e.file for d, e in dags.items()}))
        self._modules = {d: e.path for d, e in dags.items()}
        self._project = Tree(job.project.folder, _owners(self._modules))

    @cached_property
    def _shared(self) -> dict[str, object]:
        """What is the same for all sides of all DAGs."""
        fixtures = self._job.sandbox.fixtures
        return {
            "migrator": __version__,
            "airflow": _installed(self._python),
            "environment": {k: v for k, v in sorted(os.environ.items()) if k.startswith(PASSED_ON)},
            "fixtures": _digests(fixtures) if fixtures else None,
        }

    def of_airflow(self, dag_id: str, sandbox: Sandbox) -> str:
        """What the Airflow side of a DAG stands on."""
        first = self._job.plan.dag(dag_id).compare.first
        known = self._job.manifest.dags
        files = [known[each].file for each in (dag_id, *first) if each in known]
        return self._digest(dag_id, sandbox, {"side": "airflow", "code": self._dags.behind(files)})

    def of_dagster(self, dag_id: str, sandbox: Sandbox, moments: list[Moment]) -> str:
        """What the Dagster side of a DAG stands on: tasks that are not native run in Airflow, from the DAG files."""
        others = {before.dag_id for moment in moments for before in moment.first}
        modules = [self._modules[each] for each in (dag_id, *sorted(others))]
        project = self._job.project
        return self._digest(
            dag_id,
            sandbox,
            {
                "side": "dagster",
                "airflow side": self.of_airflow(dag_id, sandbox),
                "code": self._project.behind(modules),
                "dagster": _installed(project.python),
                "deployed": project.deployed,
                "moments": [asdict(moment) for moment in moments],
                "entry": asdict(self._job.manifest.dags[dag_id]),
            },
        )

    def _digest(self, dag_id: str, sandbox: Sandbox, own: dict[str, object]) -> str:
        plan = self._job.plan.dag(dag_id)
        asked = {
            "dag_id": dag_id,
            "dates": self._job.dates_of(dag_id),
            "conf": plan.conf,
            "outputs": plan.outputs,
            "first": plan.compare.first,
            "sandbox": str(sandbox.folder),
            "given": sandbox.environment(),
            "clock": asdict(self._job.clock) if self._job.clock else None,
            "places": sandbox.plan.model_dump(),
        }
        text = json.dumps({**self._shared, **asked, **own}, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def _owners(files: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """By file: its module's name, and the ids of its DAGs."""
    found: dict[str, set[str]] = {}
    for dag_id, file in files.items():
        found.setdefault(file, {Path(file).stem}).add(dag_id)
    return {file: frozenset(names) for file, names in found.items()}


def _digests(folder: Path) -> dict[str, str]:
    """Of the files below a folder; not of hidden ones, nor of what Python and the tool itself keep there."""
    found = {}
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in LEFT_OUT)
        for name in sorted(names):
            path = Path(place, name)
            if not name.startswith(".") and name != manifests.NAME and path.is_file():
                found[path.relative_to(folder).as_posix()] = _digest_of(path)
    return found


def _digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _start(path: Path) -> str:
    """The text of a file, of one that is data the first part."""
    with path.open("rb") as file:
        return file.read(TEXT).decode("utf-8", "replace")


def _installed(python: str) -> list[str]:
    """The interpreter, and the packages beside it with their versions, by the folders that installers make."""
    found = shutil.which(python) or python
    packages = Path(found).absolute().parent.parent.glob("lib/python*/site-packages/*.dist-info")
    return [found, *sorted(path.name for path in packages)]
