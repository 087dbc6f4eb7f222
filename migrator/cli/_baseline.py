"""`--baseline FILE` and `--update-baseline` of a command that reports findings."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from migrator.errors import UsageError

SHOWN = 10


class Gate:
    """Lets new findings through. `wanted` is asked for each finding once, before any other choice."""

    def __init__(self, path: Path | None, update: bool) -> None:
        if update and path is None:
            raise UsageError("--update-baseline needs --baseline FILE")
        from migrator.findings.baseline import Baseline

        self.path = path
        self.update = update
        self._known = Baseline.read(path) if path is not None and not update else Baseline()
        self._all: list[Mapping[str, Any]] = []

    def wanted(self, finding: Mapping[str, Any]) -> bool:
        """Whether it is to be reported: with --update-baseline none is new."""
        if self.path is None:
            return True
        if self.update:
            self._all.append({k: finding.get(k) for k in ("file", "code", "dag_id", "task_id", "message")})
            return False
        return self._known.is_new(finding)

    def also(self, other: Callable[[Mapping[str, Any]], bool] | None) -> Callable[[Mapping[str, Any]], bool]:
        """Both choices, this one first: what --select leaves out is no reason to call an entry mended."""
        return lambda finding: self.wanted(finding) and (other is None or other(finding))

    def finish(self) -> None:
        """Writes the file, or says on stderr which of its entries can go."""
        from migrator.findings.baseline import Baseline

        if self.path is None:
            return
        if self.update:
            made = Baseline.of(self._all)
            made.write(self.path)
            click.echo(f"{self.path}: {len(made)} findings are known now", err=True)
            return
        stale = self._known.stale()
        for entry in stale[:SHOWN]:
            place = " ".join(filter(None, [entry["code"], entry["file"], entry.get("dag_id")]))
            click.echo(f"{self.path}: no longer found: {place}: {entry['message']}", err=True)
        if len(stale) > SHOWN:
            click.echo(f"{self.path}: ... and {len(stale) - SHOWN} more", err=True)
        if stale:
            click.echo(f"{self.path}: --update-baseline takes them out", err=True)
