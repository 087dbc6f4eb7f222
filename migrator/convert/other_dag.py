"""How a rule names another DAG in the text of a step: `OtherJob(context, dag_id=...)`; `others.py` puts in the rest."""

from collections.abc import Sequence

CALL = "OtherJob"
IMPORT = "from ..runtime.other_jobs import OtherJob"
TASKS, GROUP, ASKS = "task_ids", "group_id", "asks"


def call(
    dag_id: str, *, task_ids: Sequence[str] = (), group_id: str | None = None, asks: bool = False
) -> str:
    """The expression of a rule for another DAG, or tasks or a group of it; `asks`: it asks for runs of it."""
    given = {TASKS: list(task_ids), GROUP: group_id, ASKS: asks}
    rest = "".join(f", {name}={value!r}" for name, value in given.items() if value)
    return f"{CALL}(context, dag_id={dag_id!r}{rest})"
