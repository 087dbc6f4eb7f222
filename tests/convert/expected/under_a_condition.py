"""DAGs that are there under a condition only."""

# Converted from `under_a_condition.py`.

import sys

import dagster as dg

from ..runtime.other_python import in_python
from ..runtime.shell import run_bash

# The interpreter of the models.
PYTHON = sys.executable


def score():
    import sys

    return sys.version_info[0]


UNDER_A_CONDITION = dict(key_prefix="under_a_condition", group_name="under_a_condition")


# Says what came out.
@dg.asset(**UNDER_A_CONDITION, name="score")
def score_asset():
    return in_python(PYTHON, score)


@dg.asset(
    **UNDER_A_CONDITION,
    deps=[dg.AssetKey(["under_a_condition", "score"])],
    output_required=False,
)
def tell():
    yield from run_bash("echo prod")


# The end of the block.
under_a_condition_job = dg.define_asset_job("under_a_condition", selection=[tell, score_asset])
defs = dg.Definitions(assets=[tell, score_asset], jobs=[under_a_condition_job])
