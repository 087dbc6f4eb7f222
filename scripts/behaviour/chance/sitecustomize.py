"""Python imports this at its start: also in the processes that a task starts, chance begins with the seed."""

import os
import random

random.seed(os.environ.get("MIGRATE_RANDOM_SEED"))
