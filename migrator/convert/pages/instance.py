"""`dagster.yaml`: what the jobs of a project need of the Dagster that runs them."""

import json
import re

from migrator.convert.pages.written import Written
from migrator.convert.text import LIMIT_TAG, limit_of

POOL = re.compile(r"""\bpool=("[^"]+"|'[^']+')""")

HEAD = """\
# The instance that the jobs of this project need. `dg dev` reads it in this folder; elsewhere it belongs
# into the folder that DAGSTER_HOME names.
telemetry:
  enabled: false
"""

POOLS = """\
  pools:
    granularity: op
    # {names}: Airflow's database has their slots; set each with
    # `dagster instance concurrency set <pool> <slots>`
"""

MONITORING = """\
run_monitoring:
  enabled: true  # ends runs that take longer than their tag dagster/max_runtime
"""


def instance(written: Written) -> str:
    """The text of `dagster.yaml`."""
    parts = [HEAD]
    limits, names = _limits(written), pools(written)
    if limits or names:
        parts.append("concurrency:\n")
    if limits:
        rows = "".join(_limit(job, most) for job, most in limits.items())
        parts.append(f"  runs:\n    tag_concurrency_limits:\n{rows}")
    if names:
        parts.append(POOLS.format(names=", ".join(names)))
    if any("dagster/max_runtime" in text for text in written.modules.values()):
        parts.append(MONITORING)
    return "".join(parts)


def pools(written: Written) -> list[str]:
    """The pools that the modules name."""
    modules = (text for path, text in written.modules.items() if path.startswith("defs/"))
    return sorted({found[1:-1] for text in modules for found in POOL.findall(text)})


def _limits(written: Written) -> dict[str, int]:
    """How many runs of a job may be active at once, for those that have the tag."""
    return {
        entry.job: most
        for dag_id, entry in sorted(written.manifest.dags.items())
        if entry.level != "lift" and dag_id in written.dags and (most := limit_of(written.dags[dag_id]))
    }


def _limit(job: str, most: int) -> str:
    return f"      - key: {LIMIT_TAG}\n        value: {json.dumps(job)}\n        limit: {most}\n"
