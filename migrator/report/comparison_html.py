"""The result of a comparison as one page that opens from a file, asks nobody for anything, and can be searched."""

import hashlib
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence

from migrator.parity.result import Result
from migrator.parity.verdict import PASSES
from migrator.report.html.page import styles

STYLE = """
body { margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
form { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; margin: 1rem 0; }
input[type=search] { flex: 1 1 16rem; padding: .4rem .6rem; font: inherit; }
details.run { margin: .6rem 0; padding: .4rem .8rem; }
details.run { border: 1px solid var(--line-strong); background: var(--card); border-radius: .4rem; }
details.run > summary { cursor: pointer; font-size: 1.1rem; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } /* a table that is too wide scrolls: its words stay whole */
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: bold; padding: .6rem 0 .2rem; overflow-wrap: anywhere; }
th, td { text-align: left; padding: .25rem .6rem; vertical-align: top; max-width: 30rem; overflow-wrap: break-word; }
tr { border-bottom: 1px solid var(--line); }
td.value { font-family: ui-monospace, monospace; white-space: pre-wrap; }
mark { background: var(--red-tint); color: var(--red-text); font-weight: bold; padding: 0 .2rem; border-radius: .2rem; }
.pass { color: var(--green-text); } .bad { color: var(--red-text); font-weight: bold; } .dim { color: var(--muted); }
.hint { font-weight: bold; margin: .3rem 0; }
[hidden] { display: none !important; }
"""
SCRIPT = """
(() => {
"use strict";
const search = document.getElementById("search"), only = document.getElementById("only");
const runs = [...document.querySelectorAll("details.run")], count = document.getElementById("shown");
const texts = runs.map(run => run.textContent.toLowerCase());
function show() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  runs.forEach((run, number) => {
    run.hidden = (only.checked && run.dataset.passes === "yes") || !words.every(word => texts[number].includes(word));
    if (!run.hidden) shown += 1;
    for (const line of run.querySelectorAll("tr[data-passes]"))
      line.hidden = only.checked && line.dataset.passes === "yes";
  });
  count.textContent = shown + " of " + runs.length + " shown";
}
search.addEventListener("input", show);
only.addEventListener("change", show);
document.querySelector("form").addEventListener("submit", event => event.preventDefault());
show();
})();
"""
PAGE = """<!doctype html>
<html lang="en" data-theme="auto"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<title>Comparison</title><style>{{ style }}</style></head><body><main><h1>Comparison</h1>
<p>{{ results | length }} runs: {% for verdict, count in counts.items() %}<span
class="{{ colour(verdict) }}">{{ count }} {{ verdict }}</span>{{ ", " if not loop.last }}{% endfor %};
{{ items }} values compared</p>
<form role="search"><input id="search" type="search" placeholder="DAG, task, date, column, value"
aria-label="Search"><label><input id="only" type="checkbox"> only what does not pass</label>
<output id="shown" class="dim"></output></form>
{% for result in results %}<details class="run" data-passes="{{ "yes" if result.verdict in passes else "no" }}"
{{ "open" if result.verdict not in passes }}>
<summary>{{ result.dag_id }} <span class="dim">{{ result.interval | join(" to ") if result.interval
else result.date or "" }}</span> <span class="{{ colour(result.verdict) }}">{{ result.verdict }}</span>
{% if result.airflow or result.dagster %}<span class="dim">Airflow {{ result.airflow or "?" }} | Dagster
{{ result.dagster or "?" }}</span>{% endif %}</summary>
{% if result.error is not none %}<p class="bad">{{ result.error }}</p>{% else %}
<div class="wide" tabindex="0"><table><thead><tr><th>task</th><th>{{ result.names[0] }}</th>
<th>{{ result.names[1] }}</th><th>compared</th><th>verdict</th><th>detail</th>
<th>rows equal</th><th>different</th><th>missing</th><th>extra</th>
</tr></thead><tbody>{% for place, states, item in lines(result) %}{% set out = item.outcome %}
<tr data-passes="{{ "yes" if out.passes else "no" }}"><td>{{ place }}</td><td>{{ states[0] or "-" }}</td>
<td>{{ states[1] or "-" }}</td><td>{{ item.name }}</td><td class="{{ colour(out.verdict) }}">{{ out.verdict }}</td>
<td>{{ out.detail }}</td>{% for kind in ("equal", "different", "missing", "extra") %}<td>{{ out.counts[kind]
if out.counts else "" }}</td>{% endfor %}</tr>{% endfor %}</tbody></table></div>
{% for place, states, item in lines(result) %}{% set out = item.outcome %}
{% for hint in out.hints %}<p class="hint">{{ place }} {{ item.name }}: likely cause: {{ hint }}</p>{% endfor %}
{% if out.columns %}<div class="wide" tabindex="0"><table>
<caption>{{ place }} {{ item.name }}: columns</caption><thead><tr>
<th>column</th><th>equal</th><th>within tolerance</th><th>different</th><th>largest difference</th><th>relative</th>
</tr></thead><tbody>{% for column in out.columns %}<tr><td>{{ column.name }}</td><td>{{ column.equal }}</td>
<td>{{ column.within }}</td><td>{{ column.different }}</td><td>{{ column.most if column.most is not none }}</td>
<td>{{ column.most_relative if column.most_relative is not none }}</td></tr>{% endfor %}</tbody></table></div>
{% endif %}
{% if out.rows %}{% set columns = columns_of(out.rows) %}<div class="wide" tabindex="0"><table>
<caption>{{ place }} {{ item.name }}: first rows that differ</caption><thead><tr><th>side</th>{% for column in columns
%}<th>{{ column }}</th>{% endfor %}</tr></thead><tbody>{% for row in out.rows %}{% for values in (row.left, row.right)
%}<tr><th scope="row">{{ result.names[loop.index0] }}</th>{% if values is none %}<td class="bad"
colspan="{{ columns | length }}">no such row</td>{% else %}{% for column in columns %}<td class="value">{% if column in
row.differing %}<mark>{{ values[column] }}</mark>{% else %}{{ values[column] }}{% endif %}</td>{% endfor %}{% endif %}
</tr>{% endfor %}{% endfor %}</tbody></table></div>{% endif %}{% endfor %}
{% for task_id, why in result.left_out | dictsort %}<p class="dim">left out: {{ task_id }}: {{ why }}</p>{% endfor %}
{% endif %}</details>
{% endfor %}</main><script>{{ script }}</script></body></html>
"""


def render(results: list[Result]) -> str:
    """The whole page."""
    import jinja2
    from markupsafe import Markup

    digest = b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    template = jinja2.Environment(autoescape=True).from_string(PAGE)
    text = template.render(
        results=results,
        counts=dict(sorted(Counter(result.verdict for result in results).items())),
        items=sum(len(result.all_items) for result in results),
        passes=PASSES,
        lines=_lines,
        columns_of=_columns,
        colour=_colour,
        style=Markup(styles("colours", "page") + STYLE),
        script=Markup(SCRIPT),
        policy=Markup(policy),
    )
    return text.encode("utf-8", "replace").decode()  # a lone surrogate of a value has no bytes


def _lines(result: Result) -> list[tuple[object, ...]]:
    """Task, states of both sides, and what was compared; first those of the run as a whole."""
    found: list[tuple[object, ...]] = [("the run", result.states, item) for item in result.items]
    for task in result.tasks:
        found += [(task.name, task.states, item) for item in task.items]
    return found


def _columns(rows: Sequence[object]) -> list[str]:
    return list(dict.fromkeys(c for row in rows for c in (row.left or row.right or {})))  # type: ignore[attr-defined]


def _colour(verdict: str) -> str:
    return "pass" if verdict in PASSES else "bad"
