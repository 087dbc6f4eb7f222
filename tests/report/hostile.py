"""DAG files whose names and ids try to become markup, with what a survey makes of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from migrator.survey import Options, Survey

IDS = (
    "<script>alert(1)</script>",
    "a | b | c",
    "`code`",
    "``` fence",
    "[link](https://example.com)",
    "![image](https://example.com/x.png)",
    "https://example.com/auto",
    "www.example.com",
    "@someone and #123",
    "**bold** _it_ ~~gone~~",
    "line\nbreak\r\n\r\n# heading",
    "back\\slash\\|bar\\",
    "&lt;b&gt; &#64;",
    "<!-- comment",
    "ümläut 漢字 \u202egpj.exe",
    " lead and trail ",
    "$x^2$ :tada:",
    "| --- |",
)
FILES = ("plain.py", "a space.py", "ünï.py", "new\nline.py", "<script>.py", "100% [x](y)`|`.py", "a:b?c#d.py")
HEAD = """\
from datetime import datetime
from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.sensors.external_task import ExternalTaskSensor
"""


def text(dag_id: str) -> str:
    """A file with a DAG of that id, which also stands in a schedule, a task and a link."""
    name = repr(dag_id)
    return (
        f"{HEAD}\nwith DAG({name}, start_date=datetime(2024, 1, 1), schedule={name}, tags=[{name}]):\n"
        f"    BashOperator(task_id={name}, bash_command={name}, trigger_rule='all_done', execution_timeout={name})\n"
        f"    ExternalTaskSensor(task_id='wait', external_dag_id={name} + 'x', pool={name})\n"
    )


@contextmanager
def survey(folder: Path) -> Iterator[Survey]:
    """Of a folder with such files."""
    for number, dag_id in enumerate(IDS):
        (folder / f"file{number}.py").write_text(text(dag_id), encoding="utf-8")
    for number, name in enumerate(FILES):
        (folder / name).write_text(text(f"{name} {number}"), encoding="utf-8")
    with Survey([folder], Options(jobs=1)) as found:
        yield found
