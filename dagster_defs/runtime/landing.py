"""A folder in which others leave files: each file has its job run once, and what cannot be used is put aside.

    @dg.sensor(jobs=[orders, orders_quarantine], minimum_interval_seconds=30)
    def orders_landing(context):
        return ORDERS_LANDING.look(context)

A file is taken when two ticks in a row saw it with the same size and time. The cursor knows each file by its name, size
and time, so files of the same instant are told apart, and the run key has the digest of its content: a tick that is
made again after a crash asks for the same runs, of which Dagster makes each once.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg

AT_ONCE = 200  # files that one tick reads; the others are taken by the next ones
REMEMBERED = 10_000  # files that are no longer there, by which one that was sent twice is known
FILE, DIGEST = "landing/file", "landing/digest"


@dataclass
class _Seen:
    """The cursor. `waiting` may still grow; `taken` had its run; `refused` is on its way to the quarantine."""

    waiting: dict[str, str] = field(default_factory=dict)  # by name: size and time
    taken: dict[str, list[str]] = field(default_factory=dict)  # likewise, and the digest
    refused: dict[str, str] = field(default_factory=dict)

    def forget(self, there: Mapping[str, str]) -> None:
        """Names that have left the folder; of files that were taken, the digest stays."""
        self.refused = {name: stamp for name, stamp in self.refused.items() if there.get(name) == stamp}
        self.taken = {n: [s if n in there else "", d] for n, (s, d) in self.taken.items()}
        gone = [name for name in self.taken if name not in there]
        for name in gone[: max(0, len(gone) - REMEMBERED)]:
            del self.taken[name]


@dataclass(frozen=True)
class Landing:
    """`pattern` is a name with `*`, and `{partition}` where the key of the partition stands.

    Variables such as `$NAME` in folders are those of the environment. `header` is the first line of each file.
    """

    job: str
    folder: str
    pattern: str
    quarantine: str
    header: str | None = None
    partitions: dg.PartitionsDefinition[Any] | None = None

    def look(self, context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """What the sensor does at a tick."""
        seen = _Seen(**json.loads(context.cursor)) if context.cursor else _Seen()
        folder = place(self.folder)
        if not folder.is_dir():
            return dg.SkipReason(f"{folder} is no folder")
        there = dict(self._stamps(folder))
        seen.forget(there)
        settled = [name for name in sorted(there) if self._is_settled(name, there[name], seen)][:AT_ONCE]
        requests = [r for name in settled if (r := self._decide(folder / name, there[name], seen))]
        done = {**{name: stamp for name, (stamp, _) in seen.taken.items()}, **seen.refused}
        seen.waiting = {name: stamp for name, stamp in there.items() if done.get(name) != stamp}
        cursor = json.dumps(vars(seen), sort_keys=False)
        told = f"{len(seen.waiting)} files may still be written" if seen.waiting else "no new file"
        return dg.SensorResult(requests, cursor=cursor, skip_reason=None if requests else dg.SkipReason(told))

    def quarantine_job(self, name: str) -> dg.JobDefinition:
        """The job that moves a file aside; its reason is beside it, and in the metadata of the run."""

        @dg.op(
            name=f"{name}_move",
            config_schema={"file": str, "stamp": str, "reason": str},
            description="Moves a file that cannot be used aside, with the reason.",
        )
        def move(context: dg.OpExecutionContext) -> dg.Output[str | None]:
            given = context.op_config
            target = put_aside(
                place(self.folder) / given["file"], place(self.quarantine), given["stamp"], given["reason"]
            )
            told = {
                "file": given["file"],
                "reason": given["reason"],
                "moved_to": str(target or "not there any more"),
            }
            return dg.Output(str(target) if target else None, metadata=told)

        @dg.job(name=name, description=f"Puts files aside that {self.job} cannot use.")
        def quarantine() -> None:
            move()

        return quarantine

    # ------------------------------------------------------------------ one file
    def _stamps(self, folder: Path) -> Iterator[tuple[str, str]]:
        """Names that fit, with what tells one state of a file from another."""
        fits = re.compile(_regex(self.pattern))
        with os.scandir(folder) as entries:
            for entry in entries:
                hidden = entry.name.startswith(".") and not self.pattern.startswith(".")
                if not hidden and fits.fullmatch(entry.name) and (stamp := stamp_of(Path(entry.path))):
                    yield entry.name, stamp

    def _is_settled(self, name: str, stamp: str, seen: _Seen) -> bool:
        before = seen.taken.get(name, ["", ""])[0]
        return seen.waiting.get(name) == stamp and stamp not in (before, seen.refused.get(name))

    def _decide(self, path: Path, stamp: str, seen: _Seen) -> dg.RunRequest | None:
        """The run that a settled file asks for; None for one that has changed while it was looked at."""
        try:
            digest, problem = self._read(path)
        except FileNotFoundError:
            return None
        if stamp_of(path) != stamp:
            return None
        old = seen.taken.get(path.name)
        if old and old[0] and old[1] == digest:  # the same file, touched
            seen.taken[path.name] = [stamp, digest]
            return None
        problem = problem or _known(path.name, digest, seen)
        if problem:
            seen.refused[path.name] = stamp
            return self._aside(path.name, stamp, problem)
        seen.taken[path.name] = [stamp, digest]
        return dg.RunRequest(
            run_key=f"{path.name}:{digest}",
            job_name=self.job,
            partition_key=self._partition(path.name),
            tags={FILE: path.name, DIGEST: digest},
        )

    def _aside(self, name: str, stamp: str, reason: str) -> dg.RunRequest:
        job = f"{self.job}_quarantine"
        config = {"file": name, "stamp": stamp, "reason": reason}
        ops = {f"{job}_move": {"config": config}}
        tags = {FILE: name, "landing/reason": reason[:250]}
        return dg.RunRequest(f"{name}:{stamp}", run_config={"ops": ops}, job_name=job, tags=tags)

    def _read(self, path: Path) -> tuple[str, str | None]:
        """The digest of a file, and what is wrong with it by itself."""
        digest, first, last, blank = hashlib.sha256(), b"", b"", True
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
                first = first if b"\n" in first else first + block[: 1 << 16]
                last, blank = block, blank and not block.strip()
        return digest.hexdigest(), self._problem(path.name, first, last, blank)

    def _problem(self, name: str, first: bytes, last: bytes, blank: bool) -> str | None:
        if blank:
            return "empty"
        key = self._partition(name)
        if self.partitions and (key is None or not self.partitions.has_partition_key(key)):
            return f"{key} is no partition"
        if self.header is None:
            return None
        line = first.splitlines()[0].decode("utf-8-sig", errors="replace")
        if line != self.header:
            return "malformed: another first line"
        return None if last.endswith(b"\n") else "malformed: the last line has no end"

    def _partition(self, name: str) -> str | None:
        found = re.fullmatch(_regex(self.pattern), name)
        return found.groupdict().get("partition") if found else None


def place(folder: str) -> Path:
    """A folder, with the variables of the environment in it. Raises dg.Failure for one that is not set."""
    found = os.path.expandvars(folder)
    if "$" in found:
        raise dg.Failure(f"a variable of the environment is not set: {folder}")
    return Path(found)


def stamp_of(path: Path) -> str | None:
    """Size and time of a file; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return f"{found.st_size}:{found.st_mtime_ns}" if path.is_file() else None


def put_aside(path: Path, folder: Path, stamp: str, reason: str) -> Path | None:
    """Where a file went; None if it is not there any more, or not the same: the sensor looks at it again."""
    if stamp_of(path) != stamp:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{path.stem}.{stamp.replace(':', '-')}{path.suffix}"
    told = {"file": path.name, "reason": reason}
    target.with_name(f"{target.name}.reason.json").write_text(json.dumps(told) + "\n", encoding="utf-8")
    shutil.move(path, target)
    return target


def _known(name: str, digest: str, seen: _Seen) -> str | None:
    """Why a file is not taken that would have been, had it been the first."""
    if name in seen.taken:
        same = seen.taken[name][1] == digest
        return f"duplicate: {name} was there before" + ("" if same else ", with other content")
    twin = next((other for other, (_, known) in seen.taken.items() if known == digest), None)
    return f"duplicate: the same content as {twin}" if twin else None


def _regex(pattern: str) -> str:
    parts: Sequence[str] = re.split(r"(\*|\{partition\})", pattern)
    forms = {"*": ".*", "{partition}": "(?P<partition>.+?)"}
    return "".join(forms.get(part) or re.escape(part) for part in parts)
