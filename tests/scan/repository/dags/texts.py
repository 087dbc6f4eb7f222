"""Texts: re, Template, dedent, str methods, formats. (airflow dag)"""

# ruff: noqa  # written as users write
import re, textwrap
from datetime import datetime, timedelta
from string import Template, ascii_uppercase
import string
from compat import DAG, BashOperator, EmptyOperator

NAME = re.compile(r"^(?P<layer>raw|gold)_(?P<table>\w+?)(_v(?P<version>\d+))?$")
TABLES = """
    raw_orders_v2
    raw_items
    gold_revenue   # comment
    notes
"""
SQL = Template("select * from $schema.$table where d = '{{ ds }}'")


def slug(text):
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


with DAG("text", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False) as d:
    start = EmptyOperator(task_id=slug("Start -- of  the Day!"))
    last = start
    for line in textwrap.dedent(TABLES).strip().splitlines():
        line = line.split("#")[0].strip()
        found = NAME.match(line)
        if not found:
            continue
        version = found.group("version") or "1"
        task = BashOperator(
            task_id=f"{found['layer']}__{found.group('table')}_{int(version):>03}",
            bash_command=SQL.substitute(schema=found.group(1), table=found.groupdict()["table"]),
        )
        last >> task
        last = task
    for a, b in re.findall(r"(\w)=(\d)", "a=1,b=2"):
        last >> EmptyOperator(task_id=f"{a.upper()}{b.zfill(2)}")
    parts = re.split(r"[,;]\s*", "x, y;z")
    last >> [EmptyOperator(task_id=p) for p in parts]
    if re.search("prod", "production") and not re.fullmatch("prod", "production"):
        EmptyOperator(task_id="found")
    EmptyOperator(task_id="%(a)s_%(b)02d" % {"a": "pct", "b": 7})
    EmptyOperator(task_id="{0[x]}_{1.day}".format({"x": "fmt"}, datetime(2024, 1, 5)))
    EmptyOperator(task_id="A-B".translate(str.maketrans("-", "_")).lower())
    EmptyOperator(task_id="_".join(map(str, range(3))))
    EmptyOperator(task_id="x".join(["a", "b"]).title().swapcase())
    EmptyOperator(task_id=string.capwords("hello").replace("H", "J"))
    for letter in ascii_uppercase[:2]:
        EmptyOperator(task_id=letter)
    EmptyOperator(task_id=f"{datetime(2024, 2, 3):%Y_%m_%d}")
    EmptyOperator(task_id=f"{'padded':_^12}")
    EmptyOperator(task_id=f"{3.14159:.2f}")
    EmptyOperator(task_id=f"{'q'!r}".replace("'", ""))
    EmptyOperator(task_id=str(timedelta(hours=1)).replace(":", "_"))
