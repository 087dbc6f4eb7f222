"""The rounds of a run: bombs, obstacles, installed files and mutants, each scanned and held against the promises."""

import os
import random
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from fuzz import mutants
from fuzz.bombs import bombs
from fuzz.places import data, obstacles
from fuzz.promises import FORMATS, Fault, Scan, same, scanned
from fuzz.seeds import seeds
from fuzz.watch import Watch
from migrator.convert import convert_project
from migrator.errors import UsageError
from migrator.phase_one.lifts import lifts
from migrator.plan import Plan
from migrator.scan import scan_dags
from migrator.scan.files import root_of

BATCH = 200  # files of one round
EACH = 4  # every fourth round of mutants is scanned in other ways as well


@dataclass
class Bench:
    """Where rounds are held. `files` counts what was scanned, `faults` are those of all rounds with their texts."""

    folder: Path
    watch: Watch
    seconds: float = 30.0  # for one file
    files: int = 0
    converted: int = 0
    faults: list[tuple[Fault, bytes]] = field(default_factory=list)
    told: int = 0  # lines of the watch that are known

    @property
    def mark(self) -> Path:
        """What scanned code would write, if it were run."""
        return self.folder / "mark"

    def fresh(self, name: str) -> Path:
        """An empty folder."""
        place = self.folder / name
        remove(place)
        place.mkdir(parents=True)
        return place

    def scan(self, paths: Sequence[Path], **how: object) -> Scan:
        """A scan under the eyes of the watch."""
        self.watch.allowed = (f"{root_of(paths)}{os.sep}",)
        found = scanned(paths, seconds=self.seconds, **how)  # type: ignore[arg-type]  # passed on
        self._keep(paths[0], found.faults)
        told = self.watch.told()
        self._keep(paths[0], [Fault("forbidden", "", line) for line in told[self.told :]])
        self.told = len(told)
        if self.mark.exists() or Path(f"{self.mark}.d").exists():
            self._keep(paths[0], [Fault("scanned code was run", "", str(paths[0]))])
        return found

    def compare(self, scans: dict[str, Scan], place: Path) -> None:
        """They must be the same."""
        self._keep(place, list(same(scans)))

    def _keep(self, root: Path, faults: Sequence[Fault]) -> None:
        for fault in faults:
            text = b""
            if fault.file:
                with suppress(OSError):
                    text = (root / fault.file).read_bytes()[:2_000_000]
            self.faults.append((fault, text))


def bomb_round(bench: Bench) -> None:
    """All files that were made to take a reader down, beside data of the same kind."""
    place = bench.fresh("bombs")
    data(place)
    count = 0
    for name, text in bombs():
        (place / f"{name.replace(' ', '_')}.py").write_bytes(text)
        count += 1
    first = bench.scan([place], formats=FORMATS)
    bench.compare({"2 processes": first, "1 process": bench.scan([place], jobs=1)}, place)
    bench.files += count
    remove(place)


def obstacle_round(bench: Bench) -> None:
    """What is no file, or cannot be read, or has a strange name: with all numbers of processes, and with a cache."""
    place = bench.fresh("obstacles")
    obstacles(place)
    scans = {f"{jobs} processes": bench.scan([place], jobs=jobs, formats=FORMATS) for jobs in (2, 1)}
    scans |= {f"{how} cache": bench.scan([place], cache=bench.folder / "cache") for how in ("cold", "warm")}
    bench.compare(scans, place)
    remove(place)


def installed_rounds(bench: Bench, files: Sequence[Path], rng: random.Random) -> Iterator[int]:
    """Files that nobody wrote for Airflow, each as if the user had named it."""
    order = list(files)
    rng.shuffle(order)
    groups: dict[str, list[Path]] = {}
    for file in order:
        group = groups.setdefault(
            file.parts[1], []
        )  # what files of two trees have in common is too much to be watched
        group.append(file)
        if len(group) == BATCH:
            yield _named(bench, group)
    for group in groups.values():
        if group:
            yield _named(bench, group)


def _named(bench: Bench, files: list[Path]) -> int:
    """Scans these, and takes them off the list."""
    count = len(files)
    bench.scan(files)
    bench.files += count
    files.clear()
    return count


def mutant_rounds(bench: Bench, count: int, rng: random.Random) -> Iterator[int]:
    """Mutants of DAG files, in folders that hold hundreds of them: many have the same DAGs."""
    texts = seeds()
    for number in range((count + BATCH - 1) // BATCH):
        made = [
            mutants.mutant(rng, texts, str(bench.mark)) for _ in range(min(BATCH, count - number * BATCH))
        ]
        place = _written(bench, "mutants", made, rng)
        # A mutant may import another of its folder, or spend all that its limits allow.
        scans = {"2 processes": bench.scan([place], formats=FORMATS if number % EACH == 0 else ("json",))}
        if number % EACH == 0:
            scans |= _other_ways(bench, place, made, rng)
            bench.compare(scans, place)
            _convert(bench, place)
        bench.files += len(made)
        yield len(made)
    remove(bench.folder / "mutants")


def _written(bench: Bench, name: str, made: Sequence[bytes], rng: random.Random) -> Path:
    place = bench.fresh(name)
    order = list(enumerate(made))
    rng.shuffle(order)
    for number, text in order:
        path = place / f"team_{number % 7}" / f"mutant_{number}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text)
    return place


def _other_ways(bench: Bench, place: Path, made: Sequence[bytes], rng: random.Random) -> dict[str, Scan]:
    """With other numbers of processes, with a cache that is cold and then warm, in another order on the disk."""
    cache = bench.fresh("cache")
    scans = {f"{jobs} processes": bench.scan([place], jobs=jobs) for jobs in (1, 5)}
    scans |= {f"{how} cache": bench.scan([place], cache=cache) for how in ("cold", "warm")}
    _written(bench, "mutants", made, rng)
    scans["another order"] = bench.scan([place])
    return scans


def _convert(bench: Bench, place: Path) -> None:
    """What `migrate convert` does, without loading its output in Dagster; each folder apart."""
    for folder in sorted(place.iterdir())[:2]:
        try:
            project, _ = scan_dags([folder])
            convert_project(project, Plan(), lifts(project, None), name="fuzz")
            bench.converted += len(project.dags)
        except UsageError:  # there is no DAG left
            continue
        except Exception as error:  # it is what this program looks for
            import traceback

            bench.faults.append((Fault(f"convert {type(error).__name__}", "", traceback.format_exc()), b""))


def remove(place: Path) -> None:
    """The folder and all in it, however deep and however closed."""
    if place.exists():
        for path in (place / "closed" / "folder", place / "closed" / "file.py"):
            with suppress(OSError):
                path.chmod(stat.S_IRWXU)
        deep = place / "deep"
        if deep.exists():
            _remove_deep(deep)
        shutil.rmtree(place)


def _remove_deep(place: Path) -> None:
    """Folders inside each other, too deep for paths: each is moved up before its parent goes."""
    shelf = place.with_name("shelf")
    while (place / "d").exists():
        (place / "d").rename(shelf)
        for path in place.iterdir():
            path.unlink()
        place.rmdir()
        shelf.rename(place)
