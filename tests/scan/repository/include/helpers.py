"""What several DAG files of this team share."""

# ruff: noqa  # written as users write

from datetime import timedelta

DEFAULTS = {"owner": "team", "retries": 2, "retry_delay": timedelta(minutes=2)}


def with_defaults(**overrides):
    merged = DEFAULTS.copy()
    merged.update(overrides)
    return merged


def register(registry):
    def decorate(function):
        registry.append(function)
        return function

    return decorate
