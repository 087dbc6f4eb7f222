"""Settings of the teams."""

# ruff: noqa  # written as users write

import json, os
from dataclasses import dataclass, field
from pathlib import Path

ENVIRONMENTS = ("dev", "prod")
_DATA = json.loads(Path(__file__).with_name("settings.json").read_text())


def get_env(default="dev"):
    return os.environ.get("ENV", default)


@dataclass
class Settings:
    name: str
    extra: dict = field(default_factory=dict)
    sources: list = field(default_factory=list)

    @classmethod
    def load(cls, name):
        raw = _DATA.get(name, _DATA["default"])
        return cls(name=name, **raw)

    def __post_init__(self):
        self.sources = [s.strip().lower() for s in self.sources if s and not s.startswith("#")]
