"""A plan is merged into: what a person wrote stays to the last character, and new entries come in."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator import plan as plans
from migrator.convert.plan_file import Changes, update
from migrator.errors import PlanError
from migrator.plan.tree import parse, plain

QUICK = settings(max_examples=150, deadline=None)


def dag(dag_id: str, *tasks: str, level: str = "asset", partial: bool = False) -> dict[str, Any]:
    listed = [{"task_id": t, "disposition": "native"} for t in tasks]
    return {"dag_id": dag_id, "file": f"{dag_id}.py", "level": level, "partial": partial, "tasks": listed}


def report(tasks: Mapping[str, Iterable[str]]) -> list[dict[str, Any]]:
    return [dag(dag_id, *names) for dag_id, names in tasks.items()]


def data(text: str) -> dict[str, Any]:
    return plain(parse(text)) or {}


@pytest.fixture
def plan(tmp_path: Path) -> Callable[[str], Path]:
    def make(text: str) -> Path:
        (tmp_path / "migrate.yaml").write_bytes(text.encode())
        return tmp_path / "migrate.yaml"

    return make


def test_the_first_scan_writes_a_plan_that_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "migrate.yaml"
    changes = update(path, [dag("orders", "load", "extract"), dag("etl", "a", level="job")])
    assert changes.added == ("etl", "orders")
    assert path.read_text().split("version: 1\n")[1] == (
        "dags:\n"
        "  etl: {}  # etl.py: 1 task, a job of ops\n"
        "  orders:  # orders.py: 2 tasks, assets\n"
        "    tasks:\n      extract:\n        asset: extract\n      load:\n        asset: load\n"
    )
    assert plans.read(path).dag("orders").tasks["load"].asset == "load"


def test_a_new_dag_stands_in_its_place_and_leaves_comments_where_they_were(
    plan: Callable[[str], Path],
) -> None:
    path = plan(
        "# ours\ndags:\n  # about a\n  a: {level: job}  # done\n    # outputs: later\n\n  # about c\n  c:\n"
        "    level: lift\n# the end\n"
    )
    update(path, [dag("a"), dag("b", level="lift"), dag("c"), dag("d", level="job")])
    assert path.read_text() == (
        "# ours\ndags:\n  # about a\n  a: {level: job}  # done\n    # outputs: later\n"
        "  b: {}  # b.py: no tasks, unchanged in Airflow, for now; the scan says why\n"
        "\n  # about c\n  c:\n    level: lift\n  d: {}  # d.py: no tasks, a job of ops\n# the end\n"
    )


@QUICK
@given(
    st.dictionaries(st.text(max_size=6), st.lists(st.text(max_size=6), unique=True, max_size=3), max_size=4)
)
def test_the_first_plan_has_every_id_that_a_text_can_hold(
    tmp_path: Path, found: dict[str, list[str]]
) -> None:
    path = tmp_path / "migrate.yaml"
    path.unlink(missing_ok=True)
    changes = update(path, report(found))
    held = {i for i in found if not any(0xD800 <= ord(c) <= 0xDFFF for c in i)}
    assert set(plans.read(path).dags) == held == set(changes.added)


def test_the_order_of_scans_makes_no_difference(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    update(one, report({"a": "x", "c": "x"}))
    update(one, report({"a": "xy", "b": "x", "c": "x"}))
    update(two, report({"a": "xy", "b": "x", "c": "x"}))
    assert data(one.read_text()) == data(two.read_text())
    assert one.read_text().replace("a.py: 1 task,", "a.py: 2 tasks,") == two.read_text()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("dags: {}\n", "dags:\n  m:  # m.py: 1 task, assets", id="an empty place"),
        pytest.param("dags: {}  # none\n", "dags:  # none\n  m:", id="a comment behind it"),
        pytest.param("dags:\n", "dags:\n  m:", id="no value"),
        pytest.param("dags: ~\n", "dags:\n  m:", id="null"),
        pytest.param("", "dags:\n  m:", id="an empty file"),
        pytest.param("# only words\n", "# only words\ndags:\n  m:", id="only a comment"),
        pytest.param("version: 1", "version: 1\n", id="no line end at the end"),
        pytest.param("---\nversion: 1\n...\n", "dags:\n  m:", id="marks around the document"),
        pytest.param("{}\n", "dags:\n  m:", id="empty braces"),
        pytest.param("{version: 1}\n", "{version: 1, dags: {m: {tasks: {t: {asset: t}}}}}\n", id="flow"),
        pytest.param(
            "dags: {a: {}, }\n", "dags: {a: {}, m: {tasks: {t: {asset: t}}}, }\n", id="flow in block"
        ),
        pytest.param(
            "dags: {\n  a: {},  # kept\n  b: {}\n}\n",
            "dags: {\n  m: {tasks: {t: {asset: t}}},\n  a: {},  # kept\n  b: {}\n}\n",
            id="flow over lines",
        ),
        pytest.param("dags:\r\n    a: {}\r\n", "    a: {}\r\n    m:  # m.py: 1 task, assets\r\n", id="CRLF"),
        pytest.param("dags:\n  z:\n    level: job\n  a: {}\n", "  a: {}\n  m:", id="unsorted: at the end"),
        pytest.param("\ufeffdags:\n  a: {}\n", "\ufeffdags:\n  a: {}\n  m:", id="a byte order mark"),
        pytest.param(
            "dags:\n  a:\n    conf: {t: 1}\n    outputs: [\n]\n",
            "    outputs: [\n]\n  m:",
            id="a bracket at the margin",
        ),
        pytest.param(
            "dags:\n  a:\n    conf:\n      t: |+\n        x\n\n\n# end\n",
            "x\n\n\n  m:",
            id="blank lines that count",
        ),
        pytest.param("dags:\n  ? a\n  : level: job\n", "  : level: job\n  m:", id="question marks"),
        pytest.param(
            "dags:\n  m: &x {level: job}\n  z: *x\n", "dags:\n  m: &x {level: job}\n  z: *x\n", id="aliases"
        ),
    ],
)
def test_a_plan_may_be_written_in_any_way(plan: Callable[[str], Path], before: str, after: str) -> None:
    path = plan(before)
    known = [dag(i) for i in data(before).get("dags") or ()]
    known = [d for d in known if d["dag_id"] != "m"]
    update(path, [*known, dag("m", "t")])
    made = path.read_bytes().decode()
    assert after in made
    assert "m" in plans.read(path).dags
    again = update(path, [*known, dag("m", "t")])
    assert path.read_bytes().decode() == made and not again.added


def test_new_tasks_of_a_known_dag_are_added(plan: Callable[[str], Path]) -> None:
    path = plan("dags:\n  a:\n    tasks:\n      b: {asset: bee}  # mine\n    level: asset\n")
    changes = update(path, [dag("a", "b", "c", "a.d")])
    assert changes.tasks_added == (("a", "a.d"), ("a", "c"))
    assert path.read_text() == (
        "dags:\n  a:\n    tasks:\n      a.d:\n        asset: d\n      b: {asset: bee}  # mine\n"
        "      c:\n        asset: c\n    level: asset\n"
    )


@pytest.mark.parametrize(
    "entry", ["a: {}", "a:", "a: ~", "a:\n    tasks: {}", "a: {tasks: {}}", "a: {level: asset}"]
)
def test_an_entry_without_tasks_gets_them(plan: Callable[[str], Path], entry: str) -> None:
    path = plan(f"dags:\n  {entry}\n")
    assert update(path, [dag("a", "t")]).tasks_added == (("a", "t"),)
    assert plans.read(path).dag("a").tasks["t"].asset == "t"


def test_what_is_gone_is_kept_and_told_with_its_line(plan: Callable[[str], Path]) -> None:
    text = "dags:\n  old: {}\n  orders:\n    tasks:\n      extract: {asset: raw}\n      load: {asset: load}\n"
    path = plan(text)
    changes = update(path, [dag("orders", "extract_all", "load")])
    assert changes.messages(path) == [
        f"{path}: 1 task added",
        f"{path}:2: the scan found no DAG old (its entry stays)",
        f"{path}:5: the scan found no task extract of orders; is it extract_all now? (its entry stays)",
    ]
    assert "extract: {asset: raw}" in path.read_text()


def test_tasks_that_only_a_run_would_show_are_not_called_gone(plan: Callable[[str], Path]) -> None:
    path = plan("dags:\n  a:\n    tasks:\n      made_in_a_loop: {asset: x}\n")
    assert update(path, [dag("a", partial=True)]).gone == ()


def test_an_entry_that_an_alias_shares_is_left_to_its_person(plan: Callable[[str], Path]) -> None:
    text = "dags:\n  a: &both\n    tasks:\n      t: {asset: t}\n  b: *both\n"
    path = plan(text)
    changes = update(path, [dag("a", "t", "u"), dag("b", "t", "u")])
    assert changes.by_hand == ("a", "b") and path.read_text() == text


# --- any plan that a person may write -------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["a", "b-1", "c.d", "é", "true", "12", "x y", "", "n#", ": ", "'", '"', "~", "&a", "😀", "\\"]
)
IDS = st.one_of(WORDS, st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
COMMENTS = st.sampled_from(["", "  # dags:", " # é 😀", "  #x: {", '  # "'])
GAPS = st.lists(
    st.sampled_from(["", "# a:", "  # b: {}", "    # - c", "        # deep", "\t", "   "]), max_size=2
)


def key(text: str, style: str) -> str:
    if style == "single" and text.isprintable() and text:
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=True)


@st.composite
def tasks(draw: st.DrawFn, names: list[str], indent: str) -> list[str]:
    if not names:
        return draw(st.sampled_from([[], [f"{indent}tasks: {{}}"], [f"{indent}tasks:"]]))
    if draw(st.booleans()):
        inner = ", ".join(f"{json.dumps(n)}: {{layer: gold}}" for n in names)
        return [f"{indent}tasks: {{{inner}}}" + draw(COMMENTS)]
    made = [f"{indent}tasks:" + draw(COMMENTS)]
    for name in names:
        made += draw(GAPS)
        made.append(f"{indent}  {key(name, draw(st.sampled_from(['single', 'double'])))}:" + draw(COMMENTS))
        text = draw(
            st.sampled_from(
                [
                    "asset: x",
                    "layer: 'g'",
                    "description: |\n{}  # no comment\n\n{}  two",
                    "description: a\n{}  b",
                ]
            )
        )
        made.append(f"{indent}    " + text.replace("{}", indent + "    "))
    return made


@st.composite
def written(draw: st.DrawFn) -> tuple[str, dict[str, list[str]]]:
    ids = draw(st.lists(IDS, unique=True, max_size=5))
    if draw(st.booleans()):
        ids.sort()
    known = {i: draw(st.lists(IDS, unique=True, max_size=4)) for i in ids}
    step = " " * draw(st.integers(1, 4))
    made = draw(GAPS) + draw(st.sampled_from([[], ["version: 1"], ["sandbox: {env: {A: 'b'}}", ""]]))
    flow = draw(st.integers(0, 5)) == 0
    if flow:
        inner = ", ".join(f"{json.dumps(i)}: {{tasks: {{}}}}" for i in ids)
        made.append(f"dags: {{{inner}}}")
        known = {i: [] for i in ids}
    else:
        made.append("dags:" + draw(COMMENTS))
        for number, dag_id in enumerate(ids):
            made += draw(GAPS)
            made.append(f"{step}{key(dag_id, draw(st.sampled_from(['single', 'double'])))}:" + draw(COMMENTS))
            anchor = f"conf: &x{number} {{a: 1}}" if draw(st.booleans()) else "level: asset"
            made += draw(
                st.permutations([[f"{step}{step}{anchor}"], draw(tasks(known[dag_id], step * 2))]).map(
                    lambda p: p[0] + p[1]
                )
            )
    made += draw(GAPS) + draw(st.sampled_from([[], ["sandbox:", "  env:", "    Z: |+", "      # z", ""]]))
    if any(line.startswith("sandbox: {") for line in made) and "sandbox:" in made:
        made = made[: made.index("sandbox:")]
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return end.join("\n".join(made).split("\n")) + draw(st.sampled_from(["", end])), known


@QUICK
@given(written(), st.dictionaries(IDS, st.lists(IDS, unique=True, max_size=4), max_size=4), st.data())
def test_every_line_of_a_person_stays_and_every_new_thing_comes_in(
    tmp_path: Path,
    plan_and_known: tuple[str, dict[str, list[str]]],
    new: dict[str, list[str]],
    draw: st.DataObject,
) -> None:
    text, known = plan_and_known
    path = tmp_path / "migrate.yaml"
    path.write_bytes(text.encode())
    try:
        before = plans.read(path)
    except PlanError as error:
        assert "migrate.yaml:" in str(error)
        return
    more = {i: [*known[i], *draw.draw(st.lists(IDS, max_size=2))] for i in known}
    scanned = report({**new, **{i: sorted(set(t)) for i, t in more.items()}})
    changes = update(path, scanned)
    made = path.read_bytes().decode()
    assert_nothing_lost(text, made)
    after = plans.read(path)
    for dag_id, entry in before.dags.items():
        kept = after.dag(dag_id)
        assert kept.model_copy(update={"tasks": {}}) == entry.model_copy(update={"tasks": {}})
        assert entry.tasks.items() <= kept.tasks.items()
    assert {d["dag_id"] for d in scanned} <= after.dags.keys() and after.sandbox == before.sandbox
    for found in scanned:
        listed = {t["task_id"] for t in found["tasks"]}
        assert listed <= after.dag(found["dag_id"]).tasks.keys() or found["dag_id"] in changes.by_hand
    again: Changes = update(path, scanned)
    assert path.read_bytes().decode() == made and not again.added and not again.tasks_added


def assert_nothing_lost(before: str, after: str) -> None:
    """Each line is still there, in its order; one that was an empty place or an open bracket may have become more."""
    left = iter(after.splitlines())
    for line in before.splitlines():
        bare = line.replace("{}", "").rstrip() if line.strip().startswith(("dags:", "tasks:")) else line
        assert any(
            same == line or ("{" in line and grown(line, same)) or same.rstrip() == bare for same in left
        ), line


def grown(line: str, same: str) -> bool:
    """Whether all characters of the line are in the other, in their order."""
    left = iter(same)
    return all(c in left for c in line.replace("{}", ""))
