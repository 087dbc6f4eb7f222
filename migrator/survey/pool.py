"""Processes that read files, each file within limits of time and memory: what exceeds them costs that file alone.

Time is processor time of the process that reads, so that a busy machine gives no other result than an idle one.
"""

import multiprocessing
import multiprocessing.connection
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from migrator.findings import Finding
from migrator.ir import Origin
from migrator.record import dataclass
from migrator.scan.quiet import keep_quiet
from migrator.survey.options import Limits
from migrator.survey.reading import Job
from migrator.survey.unit import Unit, row
from migrator.survey.worker import Answer

BATCH = 8  # files that a process is given at a time, so that it never waits for the next one
SHARES = 3  # that each process could still be given of what is left
FEW = 24  # files that one process reads sooner than a further one has started
STOPS = (signal.SIGINT, signal.SIGTERM)
TIMED = hasattr(signal, "setitimer")  # then the system ends a process that has used up its processor time
WAITING = (
    20 if TIMED else 1
)  # times as long may pass on the clock: others use the machine, or the disk is slow
Work = Callable[[Job], Answer]


@dataclass(eq=False)
class _Worker:
    """One process, and the jobs that it was given and has not answered."""

    process: BaseProcess
    pipe: Connection
    jobs: deque[Job] = field(default_factory=deque)
    since: float = 0.0  # when it began with the first of them

    def give(self, jobs: Iterable[Job]) -> None:
        self.jobs.extend(jobs)
        self.since = time.monotonic()
        with suppress(BrokenPipeError):  # it died: the next look at it says so
            self.pipe.send(list(self.jobs))

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class Pool:
    """Reads files with `count` processes. `prepare` is called in each of them and gives what reads one file."""

    def __init__(self, prepare: Callable[[], Work], count: int, limits: Limits) -> None:
        self.prepare, self.count, self.limits = prepare, count, limits
        self.workers: list[_Worker] = []
        self.died: set[Job] = set()  # jobs at which a process died

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *exception: object) -> None:
        for worker in self.workers:
            worker.end()

    def read(self, jobs: Iterable[Job]) -> Iterator[Answer]:
        """The answer to each job, in the order in which they are done."""
        waiting = deque(jobs)
        while waiting or any(worker.jobs for worker in self.workers):
            self._feed(waiting)
            yield from self._answers(waiting)

    def _feed(self, waiting: deque[Job]) -> None:
        while len(self.workers) < self.count and len(waiting) > FEW * len(self.workers):
            self.workers.append(self._start())
        for worker in self.workers:
            if not worker.jobs and waiting:
                worker.give([waiting.popleft() for _ in range(self._share(len(waiting)))])

    def _share(self, left: int) -> int:
        """How many of so many files a process is given: fewer towards the end, so that none works on alone."""
        return max(1, min(BATCH, left // (SHARES * self.count)))

    def _start(self) -> _Worker:
        ours, theirs = multiprocessing.Pipe()
        others = [worker.pipe for worker in self.workers]
        process = multiprocessing.Process(
            target=_serve, args=(self.prepare, theirs, [ours, *others], self.limits), daemon=True
        )
        with _undisturbed():
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def _answers(self, waiting: deque[Job]) -> Iterator[Answer]:
        busy = {worker.pipe: worker for worker in self.workers if worker.jobs}
        ready = multiprocessing.connection.wait(list(busy), timeout=self._patience(busy.values()))
        for pipe in ready:
            assert isinstance(pipe, Connection)
            yield from self._answer(busy[pipe], waiting)
        for worker in busy.values():
            late = worker.jobs and time.monotonic() - worker.since > WAITING * self.limits.seconds
            if late and not worker.pipe.poll():  # an answer that lies there is not late: nobody has looked
                yield self._late(worker, waiting)

    def _patience(self, busy: Iterable[_Worker]) -> float:
        first = min(worker.since for worker in busy)
        return max(0.0, first + WAITING * self.limits.seconds - time.monotonic()) + 0.01

    def _answer(self, worker: _Worker, waiting: deque[Job]) -> Iterator[Answer]:
        try:
            found: Answer | None = worker.pipe.recv()
        except (EOFError, OSError):
            job = worker.jobs[0]
            worker.process.join()
            if TIMED and worker.process.exitcode == -signal.SIGPROF:
                yield self._late(worker, waiting)
                return
            if job not in self.died:  # something else may have ended it: the file gets a second chance
                self.died.add(job)
                self._replace(worker, waiting)
                return
            yield self._give_up(worker, waiting, "SC036", "reading this file ended the process that read it")
            return
        if found is None:
            text = f"reading this file takes more than {self.limits.megabytes} MB of memory"
            yield self._give_up(worker, waiting, "SC036", text)
            return
        worker.jobs.popleft()
        worker.since = time.monotonic()
        yield found

    def _late(self, worker: _Worker, waiting: deque[Job]) -> Answer:
        text = f"reading this file takes more than {self.limits.seconds:g} seconds"
        return self._give_up(worker, waiting, "SC035", text)

    def _give_up(self, worker: _Worker, waiting: deque[Job], code: str, text: str) -> Answer:
        """The file that the process was reading is lost."""
        lost = worker.jobs.popleft()
        self._replace(worker, waiting)
        return Answer(lost, Unit(lost.path, findings=(row(Finding(code, text, Origin(lost.path))),)))

    def _replace(self, worker: _Worker, waiting: deque[Job]) -> None:
        """The process goes, and others read its files."""
        waiting.extendleft(reversed(worker.jobs))
        worker.jobs.clear()
        worker.end()
        self.workers.remove(worker)


def _serve(prepare: Callable[[], Work], pipe: Connection, others: list[Connection], limits: Limits) -> None:
    """What a process does: answers job after job; None when the memory did not suffice, and that is its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that started it ends it
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    for other in others:
        other.close()
    _limit_memory(limits.megabytes)
    keep_quiet()
    work = prepare()
    with suppress(EOFError, OSError):  # nobody is there any more
        while True:
            for job in pipe.recv():
                _end_after(limits.seconds)
                try:
                    pipe.send(work(job))
                except MemoryError:
                    pipe.send(None)
                    return
            _end_after(0)


def _end_after(seconds: float) -> None:
    """The system ends this process after so much processor time, and much later in any case; 0 for never."""
    if TIMED:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, 2 * WAITING * seconds)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A process that is started inside gets Ctrl-C when it is ready to ignore it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _limit_memory(megabytes: int) -> None:
    """Where the platform can: Linux knows how large a process is, and keeps to the limit."""
    if not sys.platform.startswith("linux"):
        return
    with suppress(ImportError, OSError, ValueError):  # a system without /proc, or one that does not allow it
        import resource

        with open("/proc/self/statm") as file:
            pages = int(file.read().split()[0])
        size = pages * resource.getpagesize() + megabytes * 1_000_000
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(
            resource.RLIMIT_AS, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard)
        )
