"""What a service is, before it runs: one row of the table that `migrate up` starts and docker-compose.yaml repeats."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from migrator.services.health import Ready


@dataclass(frozen=True)
class Service:
    """A program. A `oneshot` is up once it has ended well; the others are while `ready` says so and they run."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    ready: Ready = field(default=lambda: True, repr=False)
    oneshot: bool = False
    ports: tuple[int, ...] = ()
    stop: str = "SIGTERM"
    cwd: Path | None = None
    timeout: float = 900.0
    grace: float = 30.0
    link: str = ""
    health: str = ""  # the URL, or host:port, that `ready` asks
