"""Makes the places of one side on servers anew, as the plan says: `python -m migrator.services.fill ORDER`."""

import json
import sys
from pathlib import Path

from migrator.errors import UsageError
from migrator.parity.sandbox import Sandbox
from migrator.plan import SandboxPlan


def order(known: Sandbox) -> str:
    """What is to be done, as text; it has logins in it."""
    body = {"plan": known.plan.model_dump(), "folder": str(known.folder), "root": str(known.root.resolve())}
    return json.dumps(body)


def main(path: str) -> int:
    """Do it."""
    body = json.loads(Path(path).read_text(encoding="utf-8"))
    plan = SandboxPlan.model_construct(**body["plan"])  # an address of ours has a login
    known = Sandbox(Path(body["folder"]), None, plan, Path(body["root"]))
    try:
        known.places.prepare(known.environment())
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
