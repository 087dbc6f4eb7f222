"""The state of a cutover: a table for a terminal, and one page without scripts that opens from a file."""

from collections.abc import Sequence

from migrator.parity.live.status import Interval, Status
from migrator.report.comparison import STYLES
from migrator.report.html.page import styles

WIDTH = 140
SHOWN = 20  # intervals in a terminal; the page and the JSON have all
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<title>Cutover</title><style>{{ style }}
body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem; vertical-align: top; }
tr { border-bottom: 1px solid #8884; } .row { font-size: 1.6rem; }
.equal { color: #1a7f37; } .waiting { color: #777; } .bad { color: #cf222e; font-weight: bold; }
</style></head><body><main><h1>Cutover</h1><p>As of {{ at }}</p>
{% for dag in dags %}<section><h2>{{ dag.dag_id }}</h2>
<p class="row">{{ dag.in_a_row }} in a row equal</p>
<p>Airflow {{ dag.airflow }} | Dagster {{ dag.dagster }};
{% for verdict, count in dag.counts.items() %}{{ count }} {{ verdict }}{{ ", " if not loop.last }}{% endfor %}</p>
{% for note in dag.notes %}<p>{{ note }}</p>{% endfor %}
<table><thead><tr><th>interval</th><th>verdict</th><th>compared</th><th>what</th></tr></thead><tbody>
{% for each in dag.intervals | reverse %}<tr><td>{{ each.start }}<br>{{ each.end }}</td>
<td class="{{ each.verdict if each.verdict in ('equal', 'waiting') else 'bad' }}">{{ each.verdict }}</td>
<td>{{ each.compared_at }}</td><td>{{ each.detail }}
{% if each.result %}<details><summary>all that was compared</summary><table><tbody>
{% for item in each.result["items"] %}<tr><td>the run</td><td>{{ item.name }}</td><td>{{ item.verdict }}</td>
<td>{{ item.detail }}</td></tr>{% endfor %}
{% for task in each.result["tasks"] %}{% for item in task["items"] %}<tr>
<td>{{ task.task_id }}{% if task.map_index >= 0 %}[{{ task.map_index }}]{% endif %}</td>
<td>{{ item.name }}</td><td>{{ item.verdict }}</td><td>{{ item.detail }}</td></tr>{% endfor %}{% endfor %}
{% for left in each.result["left_out"] %}<tr><td>{{ left.task_id }}</td><td></td><td>left out</td>
<td>{{ left.why }}</td></tr>{% endfor %}
</tbody></table></details>{% endif %}</td></tr>
{% endfor %}</tbody></table></section>{% endfor %}</main></body></html>
"""


def page(found: Sequence[Status], at: str) -> str:
    """One file with all in it, which asks nobody for anything."""
    import jinja2
    from markupsafe import Markup

    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(PAGE)
    return template.render(dags=found, at=at, style=Markup(styles("colours", "page")), policy=Markup(POLICY))


def text(found: Sequence[Status]) -> str:
    """A table for each DAG, newest interval last."""
    import io

    from rich.console import Console

    console = Console(file=io.StringIO(), width=WIDTH, highlight=False, color_system=None)
    for status in found:
        counts = ", ".join(f"{count} {verdict}" for verdict, count in status.counts.items()) or "no intervals"
        console.print(
            f"{status.dag_id}: {status.in_a_row} in a row equal; {counts} "
            f"(Airflow {status.airflow} | Dagster {status.dagster})",
            markup=False,
        )
        console.print(_table(status.intervals[-SHOWN:]))
        for note in status.notes:
            console.print(f"  {note}", markup=False)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _table(intervals: Sequence[Interval]) -> object:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("interval", "verdict", "compared", "what"):
        table.add_column(heading, overflow="fold")
    for each in intervals:
        style = STYLES.get(each.verdict, "dim")
        cells = (Text(f"{each.start} {each.end}"), Text(each.verdict, style=style))
        table.add_row(*cells, Text(each.compared_at), Text(each.detail))
    return table
