"""The declared outputs of one interval where production keeps them: files below a folder, tables of a database.

A file with the interval's day in its name belongs to the interval, one with another day does not. What has no day in
its name is written by all intervals: it says something only once both sides have done the same ones.
"""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePath

from migrator.errors import UsageError
from migrator.parity import sources
from migrator.parity.compare import Rules
from migrator.parity.result import Item
from migrator.parity.sources import Query
from migrator.parity.verdict import LEFT_OUT, NOT_COMPARABLE, Outcome
from migrator.record import dataclass

DAY = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
TABLES = "database/"
DATABASES = ("MIGRATE_AIRFLOW_DATABASE", "MIGRATE_DAGSTER_DATABASE")  # variables: addresses have passwords


@dataclass(frozen=True)
class Places:
    """Of one side: the folder that stands for the sandbox, an address of its database, and the schema in that."""

    folder: Path | None = None
    database: str = ""
    schema: str = ""

    def table(self, name: str) -> Query:
        """As `compare A B` reads it."""
        schema = self.schema or ("main" if self.database.startswith("duckdb:") else "public")
        return Query(self.database, "", f"{schema}.{name}")


@dataclass(frozen=True)
class Declared:
    """The plan's globs, and where each side keeps what they mean."""

    globs: tuple[str, ...]
    left: Places
    right: Places

    def files(self, side: Places, day: str, newest: bool, folder: Path) -> tuple[str, ...]:
        """Copies of one side's files of the interval, as the outputs of a record in that folder."""
        if side.folder is None or not self.both_folders:
            return ()
        wanted = [name for name in _below(side.folder, self.globs) if _belongs(name, day, newest)]
        for name in wanted:
            copy = folder / "outputs" / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(side.folder / name, copy)
        return tuple(wanted)

    @property
    def both_folders(self) -> bool:
        """Whether files can be compared at all."""
        return self.left.folder is not None and self.right.folder is not None

    def others(self, newest: bool, rules: Rules) -> list[Item]:
        """Tables, and what is said of outputs that are out of reach."""
        return [self._item(glob, newest, rules) for glob in self.globs if self._is_other(glob)]

    def unseen(self, names: Iterable[str]) -> list[Item]:
        """What is said of globs that no file of this interval matches, on neither side."""
        why = "no file of this interval on either side, or later intervals have written to it as well"
        found = [glob for glob in self.globs if not self._is_other(glob)]
        seen = {glob for glob in found for name in names if PurePath(name).match(glob) or _under(name, glob)}
        return [Item(glob, Outcome(LEFT_OUT, why)) for glob in found if glob not in seen]

    def _is_other(self, glob: str) -> bool:
        return glob.startswith(TABLES) or not self.both_folders

    def _item(self, glob: str, newest: bool, rules: Rules) -> Item:
        name = glob.removeprefix(TABLES).removesuffix(".csv")
        if why := self._out_of_reach(glob, name):
            return Item(glob, Outcome(NOT_COMPARABLE, why))
        if not newest:
            return Item(glob, Outcome(LEFT_OUT, "later intervals have written to it as well"))
        how = rules.how(rules.key_of_output(glob))
        try:
            return Item(glob, sources.compare(self.left.table(name), self.right.table(name), how)[0][1])
        except UsageError as error:
            return Item(glob, Outcome(NOT_COMPARABLE, str(error)))

    def _out_of_reach(self, glob: str, name: str) -> str:
        if not glob.startswith(TABLES):
            return "the folders of both sides are not named: --airflow-files, --dagster-files"
        if not (self.left.database and self.right.database):
            return f"the databases of both sides are not named: {DATABASES[0]}, {DATABASES[1]}"
        return "each table is named by itself, not by a glob" if any(sign in name for sign in "*?[/") else ""


def _below(folder: Path, globs: Iterable[str]) -> list[str]:
    """Names of the files that the plan declares; tables are elsewhere."""
    mine = [glob for glob in globs if not glob.startswith(TABLES)]
    if outside := [glob for glob in mine if Path(glob).is_absolute() or ".." in Path(glob).parts]:
        raise UsageError(f"outputs are below a folder, so not {', '.join(outside)}")
    found = (path for glob in mine for path in folder.glob(glob) if path.is_file())
    return sorted({path.relative_to(folder).as_posix() for path in found})


def _under(name: str, glob: str) -> bool:
    return "**" in glob and name.startswith(glob.partition("**")[0])


def _belongs(name: str, day: str, newest: bool) -> bool:
    days = {"-".join(found) for found in DAY.findall(name)}
    return day in days if days else newest
