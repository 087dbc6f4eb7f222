"""Places that a side of a comparison has to itself beside its folder: a schema, a bucket or prefix, a DuckDB file.

They have the same names for both sides, which run one after the other, and another one for each sandbox folder: so
no name inside a value is a difference, and comparisons on one server do not meet. What is in them when a side is
done becomes files of its folder, `database/<table>.csv` and `bucket/<key>`, which the plan may declare as outputs.
"""

import getpass
import hashlib
import os
import platform
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from migrator.errors import UsageError
from migrator.findings.redact import redact
from migrator.parity.own_bucket import OwnBucket
from migrator.parity.own_schema import OwnSchema
from migrator.plan import SandboxPlan
from migrator.record import dataclass

NAMES = ("sandbox", "schema", "database", "connection", "bucket", "prefix", "duckdb")
PLACEHOLDER = re.compile(r"\{(" + "|".join(NAMES) + r")\}")
OF_DATABASE, OF_STORE = ("schema", "database", "connection"), ("bucket", "prefix")
OF_VARIABLE = "env:"


@dataclass(frozen=True)
class Places:
    """Of the sandbox in `folder`; `root` is where the commands of the plan's `setup` run."""

    plan: SandboxPlan
    folder: Path
    root: Path = Path()

    @cached_property
    def own_name(self) -> str:
        """The same for both sides, and at the next start."""
        who = f"{platform.node()} {getpass.getuser()} {self.folder}"
        return f"migrate_{hashlib.sha256(who.encode()).hexdigest()[:12]}"

    @cached_property
    def schema(self) -> OwnSchema | None:
        """Where the plan names a server, and it is known where that is."""
        url = known_address(self.plan.database)
        return OwnSchema(url, self.own_name) if url else None

    @cached_property
    def bucket(self) -> OwnBucket | None:
        """Where the plan names a store, and it is known where that is."""
        store = known_address(self.plan.store)
        return OwnBucket(store, self.own_name.replace("_", "-"), self.plan.bucket) if store else None

    @cached_property
    def values(self) -> Mapping[str, str]:
        """What the placeholders stand for; those of a place that there is not are missing."""
        found = {"sandbox": str(self.folder), "duckdb": str(self.folder / "own.duckdb")}
        return {
            **found,
            **(self.schema.values if self.schema else {}),
            **(self.bucket.values if self.bucket else {}),
        }

    def filled(self, text: str) -> str | None:
        """A text with what its placeholders stand for; None where one of them has no value."""
        if any(name not in self.values for name in PLACEHOLDER.findall(text)):
            return None
        return PLACEHOLDER.sub(lambda found: self.values[found[1]], text)

    @property
    def told(self) -> str | None:
        """What to say of entries that are left out, and why."""
        left = [name for name, text in self.plan.env.items() if self.filled(text) is None]
        left += [f"`{command}`" for command in self.plan.setup if self.filled(command) is None]
        if not left:
            return None
        servers = ((self.plan.database, self.schema, OF_DATABASE), (self.plan.store, self.bucket, OF_STORE))
        asked = set(PLACEHOLDER.findall(" ".join([*self.plan.env.values(), *self.plan.setup])))
        why = [
            f"{text.removeprefix(OF_VARIABLE)} is not set"
            if text
            else f"no server for {{{' or '.join(names)}}}"
            for text, place, names in servers
            if place is None and asked & set(names)
        ]
        return f"sandbox: without {', '.join(left)}: {' and '.join(why)}"

    def prepare(self, environment: Mapping[str, str]) -> None:
        """New and empty, then as the plan's commands fill them. Raises UsageError."""
        for place in (self.schema, self.bucket):
            if place:
                place.create()
        for command in self.plan.setup:
            self._set_up(command, environment)

    def bring_in(self) -> None:
        """What is in them becomes files of the folder."""
        if self.schema:
            self.schema.save(self.folder / "database")
        if self.bucket:
            self.bucket.save(self.folder / "bucket")

    def remove(self) -> None:
        """Nothing is left on any server."""
        for place in (self.schema, self.bucket):
            if place:
                place.drop()

    def _set_up(self, command: str, environment: Mapping[str, str]) -> None:
        words = [self.filled(word) for word in shlex.split(command)]
        known = [word for word in words if word is not None]
        if len(known) < len(words):
            return
        if known[0] == "python":
            known[0] = sys.executable
        try:
            done = subprocess.run(
                known, cwd=self.root, env={**os.environ, **environment}, capture_output=True, text=True
            )
        except OSError as error:
            raise UsageError(f"setup: `{command}` cannot be started: {error.strerror}") from error
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise UsageError(
                ": ".join([f"setup: `{command}` ended with {done.returncode}", *map(redact, last)])
            )


def known_address(text: str | None) -> str | None:
    """What the plan says, or the variable that it names; None where that is not set."""
    if text and text.startswith(OF_VARIABLE):
        return os.environ.get(text.removeprefix(OF_VARIABLE)) or None
    return text
