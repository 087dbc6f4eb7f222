"""`--baseline` and `--update-baseline`: the findings that a team knows, and those that are new."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from migrator.errors import UsageError

if TYPE_CHECKING:
    from migrator.findings.baseline import Baseline

Json = dict[str, Any]
SHOWN = 10


class Known:
    """The findings that a team has accepted. With `update` it takes in all that it is shown."""

    def __init__(self, path: Path | None, update: bool) -> None:
        if update and path is None:
            raise UsageError("--update-baseline needs --baseline FILE")
        self.path, self.update = path, update
        self.found: list[Json] = []
        self.baseline = _read(path) if path is not None and not update else None

    def is_new(self, finding: Json) -> bool:
        """Whether a finding counts."""
        if self.update:
            self.found.append(finding)
            return False
        return self.baseline is None or self.baseline.is_new(finding)

    def settle(self) -> None:
        """After all findings were shown: the file is written, or what it knows too much of is told."""
        if self.path is None:
            return
        if self.baseline is None:
            from migrator.findings.baseline import Baseline

            Baseline.of(self.found).write(self.path)
            click.echo(f"{self.path}: {len(self.found)} findings are known now", err=True)
        elif stale := self.baseline.stale():
            for entry in stale[:SHOWN]:
                place = " ".join(filter(None, [entry["code"], entry["file"], entry.get("dag_id")]))
                click.echo(f"{self.path}: not found any more: {place}: {entry['message']}", err=True)
            rest = f"and {len(stale) - SHOWN} more; " if len(stale) > SHOWN else ""
            click.echo(f"{self.path}: {rest}--update-baseline takes them out", err=True)


def _read(path: Path) -> "Baseline":
    from migrator.findings.baseline import Baseline  # who has none does not wait for it

    return Baseline.read(path)
