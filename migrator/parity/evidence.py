"""The result of a comparison as a file with digests of what was compared: a later edit makes it worthless."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from migrator import __version__
from migrator.errors import UsageError
from migrator.parity.result import Result, as_json

FORMAT = 1


@dataclass(frozen=True)
class Evidence:
    """`files`: the SHA-256 of each file that the comparison stood on; `results`: as in the report."""

    at: str
    files: dict[str, str]
    results: list[dict[str, object]]

    def stale(self) -> list[str]:
        """The files that have changed since, or are gone."""
        return [name for name, digest in self.files.items() if digest != digest_of(Path(name))]


def digest_of(path: Path) -> str | None:
    """The SHA-256 of a file's bytes; None when there is no such file."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def save(path: Path, results: list[Result], files: list[Path]) -> Evidence:
    """Writes the evidence; `files` are the DAG files, the generated modules and the plan."""
    digests = {str(file): digest for file in sorted(files) if (digest := digest_of(file))}
    body: dict[str, object] = {
        "version": FORMAT,
        "migrator": __version__,
        "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "files": digests,
        "results": as_json(results)["results"],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({**body, "sha256": _seal(body)}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return read(path)


def read(path: Path) -> Evidence:
    """Raises UsageError when the file is not evidence, or was edited since it was written."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        seal = body.pop("sha256")
        if body["version"] != FORMAT or seal != _seal(body):
            raise UsageError(f"{path} was edited since it was written, or is of another version")
        return Evidence(body["at"], body["files"], body["results"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path} is not evidence of a comparison: {error!r}") from error


def _seal(body: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
