"""What one file contributes to a report: rows that can be kept on disk, redacted and ready to be printed."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from migrator.findings import Finding
from migrator.findings.redact import redact
from migrator.ir import Dag, Task
from migrator.ir.schedule import schedule_text
from migrator.record import dataclass

Json = dict[str, Any]
DOC = 1000  # characters of a docstring that a report keeps
LONELY = re.compile("[\ud800-\udfff]")  # half of a pair, which no encoding has
BODY = ("tasks", "target")  # what a table of DAGs and the totals do without


@dataclass(frozen=True)
class Told:
    """One DAG as the report has it: `head` for tables and totals, `body` with its tasks and graphs."""

    dag_id: str
    line: int
    steps: tuple[str, ...]  # names that its assets take in Dagster
    head: str  # JSON objects
    body: str


Row = tuple[str, int, int, str, str | None, str | None, str, bool]  # of a finding; see `row`


@dataclass(frozen=True)
class Unit:
    """`asked` is what the reading depended on; see `Folder.asked`."""

    path: str
    dags: tuple[Told, ...] = ()
    findings: tuple[Row, ...] = ()
    asked: Mapping[str, str] = field(default_factory=dict)


def row(finding: Finding, *, blocking: bool = False) -> Row:
    """File, line, column, code, DAG, task, message; and whether it is why the DAG is lifted."""
    origin = finding.origin
    about = (name and printable(redact(name)) for name in (finding.dag_id, finding.task_id))
    dag_id, task_id = about
    place = (printable(origin.file), origin.line, origin.column)
    return (*place, finding.code, dag_id, task_id, printable(finding.message), blocking)


def told(dag: Json, steps: Sequence[str]) -> Told:
    """A DAG of the report as it is kept."""
    head = {name: value for name, value in dag.items() if name not in BODY}
    body = {name: dag[name] for name in BODY}
    return Told(printable(dag["dag_id"]), dag["line"], tuple(steps), dumps(head), dumps(body))


def dumps(value: Json) -> str:
    """As JSON without secrets."""
    texts = "\n".join(_texts(value))
    shown = value if redact(texts) == texts else _clean(value)  # one look at all before one at each
    return _shown(json.dumps(shown, ensure_ascii=False, separators=(",", ":")), "\\\\")


def printable(text: str) -> str:
    """The text with what is no Unicode, as in the name of a file that is not UTF-8, shown by its bytes."""
    return _shown(text, "\\")


def _shown(text: str, backslash: str) -> str:
    """A byte becomes `\\xff`, half of a pair `\\ud800`, with such a backslash."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return LONELY.sub(lambda found: f"{backslash}{_name(ord(found.group()))}", text)
    return text


def _name(code: int) -> str:
    return f"x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"u{code:04x}"


def described(dag: Dag, dispositions: Mapping[str, str]) -> Json:
    """What the model says of a DAG, in the words of the report."""
    return {
        "dag_id": dag.dag_id,
        "file": dag.origin.file,
        "line": dag.origin.line,
        "schedule": schedule_text(dag.schedule),
        "timezone": dag.timezone,
        "start_date": dag.start_date,
        "catchup": dag.catchup,
        "tags": list(dag.tags),
        "owners": list(dag.owners),
        "description": dag.description,
        "doc": dag.doc_md[:DOC] if dag.doc_md else None,
        "partial": dag.partial is not None,
        "partial_reason": dag.partial,
        "factory": dag.factory,
        "task_groups": list(dag.groups),
        "counts": {
            "tasks": len(dag.tasks),
            "operators": counts(t.operator_class for t in dag.tasks),
            "dispositions": counts(dispositions.values()),
        },
        "tasks": [_task(t, dispositions[t.task_id]) for t in dag.tasks],
    }


def counts(values: Iterable[str]) -> dict[str, int]:
    """How often each is there, by name."""
    return dict(sorted(Counter(values).items()))


def _task(task: Task, disposition: str) -> Json:
    return {
        "task_id": task.task_id,
        "operator": task.operator_class,
        "upstream": sorted(task.upstream),
        "data_upstream": sorted(task.data_upstream),
        "trigger_rule": task.trigger_rule,
        "retries": task.retries,
        "pool": task.pool,
        "mapped": task.mapped,
        "taskflow": task.taskflow,
        "group": task.group,
        "disposition": disposition,
        "file": task.origin.file,
        "line": task.origin.line,
        "column": task.origin.column,
    }


def _texts(value: Json) -> dict[str, None]:
    """The names and texts inside, each once."""
    found: dict[str, None] = {}
    left: list[Any] = [value]
    for one in left:  # it grows meanwhile
        if isinstance(one, str):
            found[one] = None
        elif one is None or isinstance(one, int):
            continue
        elif isinstance(one, dict):
            left += one
            left += one.values()
        elif isinstance(one, (list, tuple)):
            left += one
    return found


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, (list, tuple)):
        return [_clean(v) for v in value]
    return {redact(k): _clean(v) for k, v in value.items()} if isinstance(value, dict) else value
