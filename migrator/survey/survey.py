"""The sequence of a survey: which files, each of them read, what they mean for each other, and the totals."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from migrator import __version__
from migrator.scan import files
from migrator.survey import beside, effort
from migrator.survey.cache import Cache
from migrator.survey.options import Options, Progress
from migrator.survey.pool import Pool
from migrator.survey.reading import Job, Setting
from migrator.survey.settle import settle, suppressed
from migrator.survey.store import Store
from migrator.survey.totals import totals
from migrator.survey.unit import Json, printable, row
from migrator.survey.worker import Answer, Known, Worker

FORMAT = 1
KEEP = 500  # units that go to the cache at a time


class Collection:
    """The files of a survey on their way into the store."""

    def __init__(
        self, paths: Sequence[Path], options: Options, store: Store, progress: Progress | None
    ) -> None:
        self.options, self.store, self.progress = options, store, progress
        self.root = files.root_of(paths)
        found, problems = files.find(paths, self.root)
        named = {p.resolve() for p in paths if p.is_file()}
        asked = [bool(named) and (self.root / path).resolve() in named for path in found]
        self.jobs = {printable(path): Job(path, one) for path, one in zip(found, asked, strict=True)}
        store.add_findings(row(finding) for finding in problems)

    def read(self) -> None:
        """All files, through processes."""
        setting = Setting(self.root, self.options.plan)
        kept = self.options.cache
        count = self.options.jobs or os.cpu_count() or 1
        known = Known(setting, kept) if kept is not None else None
        with Pool(partial(Worker, setting, packed=kept is not None), count, self.options.limits) as pool:
            answers = self._kept(setting, self._counted(_answers(known, pool, self.jobs.values())))
            for answer in answers:
                self.store.add(answer.unit, printable(answer.job.path))
            settle(self.store, self.root, self.jobs, partial(self._again, known, pool, setting))

    def _again(self, known: Known | None, pool: Pool, setting: Setting, jobs: Iterable[Job]) -> None:
        for answer in self._kept(setting, _answers(known, pool, jobs)):
            self.store.replace(answer.unit, printable(answer.job.path))

    def _counted(self, answers: Iterator[Answer]) -> Iterator[Answer]:
        for done, answer in enumerate(answers, 1):
            yield answer
            if self.progress:
                self.progress(done, len(self.jobs))

    def _kept(self, setting: Setting, answers: Iterator[Answer]) -> Iterator[Answer]:
        """The answers, and those that are new go to the cache."""
        if self.options.cache is None:
            yield from answers
            return
        cache = Cache(self.options.cache, setting)
        fresh: list[tuple[str, bytes]] = []
        for answer in answers:
            yield answer
            if answer.data is not None:
                fresh.append((answer.key, answer.data))
            if len(fresh) >= KEEP:
                cache.put(fresh)
                fresh = []
        if fresh:
            cache.put(fresh)
            cache.forget()


def _answers(known: Known | None, pool: Pool, jobs: Iterable[Job]) -> Iterator[Answer]:
    """What is known first, then what processes read: there are none where nothing has changed."""
    left: list[Job] = []
    for job in jobs:
        answer = known(job) if known is not None else None
        if answer is not None:
            yield answer
        else:
            left.append(job)
    yield from pool.read(left)


class Survey:
    """All that was found out, to be printed in any format; a context manager, since large ones lie on disk.

    `wanted` chooses findings; it sees each of them once, in the order of their places.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        options: Options | None = None,
        *,
        wanted: Callable[[Json], bool] | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.options = options or Options()
        self._store = Store()
        if self.options.airflow_python is not None:
            from migrator.survey.loaded import load

            self.root, self.airflow, files = load(paths, self.options, self._store, progress)
        else:
            collection = Collection(paths, self.options, self._store, progress)
            collection.read()
            self.root, self.airflow, files = collection.root, None, len(collection.jobs)
        self._add_up(files, wanted)

    def _add_up(self, files: int, wanted: Callable[[Json], bool] | None) -> None:
        found = totals(self._store.heads(), effort.model(self.options.plan))
        self.inventory, self.links, self.waves, self.effort = (
            found.inventory,
            found.links,
            found.waves,
            found.effort,
        )
        self._store.set_waves((wave["wave"], dag_id) for wave in found.waves for dag_id in wave["dags"])
        outside = beside.beside(self.root, found.inventory["packages"])
        told = beside.findings(self._store.heads(), outside) if outside else []
        self._store.add_findings(map(row, suppressed(self.root, [*found.findings, *told])))
        if wanted is not None:
            self._store.keep(wanted)
        found.summary.add_findings(self._store.counts())
        self.summary = found.summary.as_json(files)

    def __enter__(self) -> "Survey":
        return self

    def __exit__(self, *exception: object) -> None:
        self._store.close()

    def head(self) -> Json:
        """What a report begins with."""
        return {
            "version": FORMAT,
            "tool": {"name": "migrate", "version": __version__},
            "airflow": self.airflow,
        }

    def dags(self) -> Iterator[Json]:
        """Each DAG, by id."""
        return map(json.loads, self._store.dag_texts())

    def heads(self) -> Iterator[Json]:
        """The same without tasks and graphs."""
        return self._store.heads()

    def dag_texts(self) -> Iterator[str]:
        """Each DAG, by id, as a JSON text of one line."""
        return self._store.dag_texts()

    def findings(self) -> Iterator[Json]:
        """Each finding, by place."""
        return self._store.findings()
