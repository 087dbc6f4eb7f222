"""Runs inside Airflow 3: which partitions its own mappers make of keys. Questions come and answers go as JSON."""

import json
import os
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")
os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="mappers")
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import airflow.partition_mappers.allowed_key as allowed_key  # noqa: E402
from airflow.partition_mappers import base, chain, fixed_key, identity, product, temporal, wait_policy, window  # noqa: E402

KNOWN = {}
for module in (allowed_key, base, chain, fixed_key, identity, product, temporal, wait_policy, window):
    KNOWN.update(vars(module))


def answer(mapper: str, key: str) -> object:
    made = eval(mapper, KNOWN)
    try:
        found = made.to_downstream(key)
    except Exception:
        return "no counterpart"
    keys = [found] if isinstance(found, str) else sorted(found)
    dates = [date(made, each) for each in keys]
    return [keys, dates, needs(made, keys[0]) if base.is_rollup(made) else None]


def date(made: object, key: str) -> str | None:
    try:
        found = made.to_partition_date(key)
    except Exception:
        return "unknown"
    return found.isoformat() if found else None


def needs(made: object, key: str) -> list[object]:
    expected = sorted(made.to_upstream(key))
    policy, every = made.wait_policy, set(expected)
    steps = [set(expected[:n]) for n in range(len(expected) + 1)]
    counts = [policy.is_satisfied_by_keys(matched=step, expected=every).satisfied for step in steps]
    return [expected, counts]


json.dump([answer(*question) for question in json.load(sys.stdin)], answers)
answers.flush()
