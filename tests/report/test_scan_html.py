"""The HTML report in a real browser: it works, it is harmless whatever DAGs say, and it asks nobody for anything."""

import hashlib
import io
import json
import os
import re
from base64 import b64encode
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from migrator.report.scan_html import write
from tests.report.sample import Sample, survey

NAMES = ["__proto__", "constructor", "toString"]
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "end": "</script><script>alert(1)</script><!--",
    "turned": "invoice\u202egnp.exe\u2066x",
    "long": "a_very_long_name_" * 120,
    "lone": "half \ud800 pair",
    "quote": "a' onclick='alert(1)' x=\"",
    "link": "javascript:alert(1)",
}


def page_of(sample: Sample, path: Path) -> Path:
    with path.open("w", encoding="utf-8") as out:
        write(sample, out)
    return path


def data_of(text: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


def hostile(folder: Path) -> Sample:
    """Every text of a DAG says something that must stay a text."""
    sample = survey(folder, 12, seed=3)
    texts = [*HOSTILE.values(), *NAMES]
    for number, dag in enumerate(sample.all_dags):
        text = texts[number % len(texts)]
        others = {task["task_id"]: f"{task['task_id']} {text}" for task in dag["tasks"]}
        dag.update(dag_id=text, schedule=text, description=text, doc=text, tags=[text], owners=[text])
        dag["file"] = f"{number} {text[:60].replace('/', '-')}.py"
        for task in dag["tasks"]:
            task.update(
                task_id=others[task["task_id"]], operator=text, group=text, pool=text, trigger_rule=text
            )
            task["upstream"] = [others[u] for u in task["upstream"]]
            task["data_upstream"] = []
        dag["task_groups"] = [text]
        for node in dag["target"]["nodes"]:
            node["tasks"] = [others[t] for t in node["tasks"]]
        dag["inventory"].update(
            variables=[text], files=[text], datasets={"produces": [text], "consumes": [text]}
        )
        if "\ud800" not in dag["file"]:
            (folder / dag["file"]).write_text("\n".join([text.replace("\ud800", "?")] * 20))
    sample.all_findings = [
        {
            **f,
            "dag_id": d["dag_id"],
            "file": d["file"],
            "line": 3,
            "task_id": d["dag_id"],
            "message": d["dag_id"],
        }
        for d, f in zip(sample.all_dags * 3, sample.all_findings, strict=False)
    ]
    ids = [d["dag_id"] for d in sample.all_dags]
    sample.links = [
        {"from": a, "to": b, "kind": "dataset", "via": a, "missing": False} for a, b in pairwise(ids)
    ]
    for wave in sample.waves:
        wave["cycles"] = [ids]
    return sample


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    return page_of(survey(folder / "dags", 160), folder / "report.html")


class Window:
    """A page that remembers what it should not have done."""

    def __init__(self, browser: Browser, file: Path, **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(8000)
        self.faults: list[str] = []
        self.file = file
        self.page.on("console", lambda m: self.faults.append(f"{m.type}: {m.text}"))
        self.page.on("pageerror", lambda e: self.faults.append(f"error: {e}"))
        self.page.on("dialog", lambda d: (self.faults.append(f"dialog: {d.message}"), d.dismiss()))
        self.page.on("request", lambda r: self._asked(r.url))

    def _asked(self, url: str) -> None:
        if url.split("#")[0] != self.file.as_uri():
            self.faults.append(f"request: {url}")

    def open(self, hash: str = "") -> Page:
        self.page.goto(self.file.as_uri() + hash)
        return self.page

    def go(self, hash: str) -> Page:
        """Within the page, as a link does."""
        self.page.evaluate("(hash) => { location.hash = hash }", hash)
        self.page.wait_for_timeout(60)
        return self.page


@pytest.fixture
def window(browser: Browser, report: Path) -> Iterator[Window]:
    shown = Window(browser, report)
    shown.open()
    yield shown
    shown.context.close()
    assert shown.faults == []


def open_all(page: Page) -> None:
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    page.wait_for_timeout(30)


def first_dag(window: Window) -> str:
    return str(data_of(window.file.read_text())["dags"][0]["id"])


def counted(page: Page) -> int:
    return int(page.locator(".counted").inner_text().split(" of ")[0].replace(",", ""))


def test_every_view_opens_without_a_fault_or_a_request(window: Window) -> None:
    for view in ("overview", "dags", "findings", "inventory", "map", "waves", f"dag={first_dag(window)}"):
        page = window.go(f"#{view}")
        assert page.locator("main h1").count() == 1, view
    assert page.locator("svg.graph").count() == 2


def test_the_policy_allows_these_scripts_and_styles_and_nothing_else(report: Path) -> None:
    text = report.read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy and policy[1].startswith("default-src 'none'; ")
    assert "unsafe" not in policy[1] and "http" not in policy[1] and "*" not in policy[1]
    for tag in ("script", "style"):
        bodies = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert len(bodies) == 1
        assert (
            f"{tag}-src 'sha256-{b64encode(hashlib.sha256(bodies[0].encode()).digest()).decode()}'"
            in policy[1]
        )


def test_the_page_is_ascii_and_the_same_each_time(report: Path, tmp_path: Path) -> None:
    again = page_of(survey(tmp_path / "dags", 160), tmp_path / "again.html")
    assert report.read_bytes().isascii()
    assert again.read_bytes() == report.read_bytes()


def test_scripts_never_parse_data_as_markup() -> None:
    folder = Path(__file__).parents[2] / "migrator/report/html/js"
    for path in folder.glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(", path.read_text()
        )


def test_a_manager_finds_levels_effort_and_its_model_on_the_first_page(
    window: Window, tmp_path: Path
) -> None:
    text = window.page.locator("main").inner_text()
    summary = data_of(window.file.read_text())["summary"]
    assert f"{summary['dags']} DAGs with {summary['tasks']:,} tasks" in text
    for level, number in summary["levels"].items():
        assert re.search(rf"{level}\s+{number}\b", text)
    assert "One engineer who knows both systems" in text and "Hours" in text


def test_search_and_filters_narrow_the_list_and_stay_in_the_address(window: Window) -> None:
    page = window.go("#dags")
    rows = data_of(window.file.read_text())["dags"]
    page.get_by_label("Search").fill("billing")
    assert counted(page) == sum("billing" in d["id"] for d in rows)
    page.get_by_label("Level").select_option("lift")
    wanted = sum("billing" in d["id"] and d["level"] == "lift" for d in rows)
    assert counted(page) == wanted == page.locator("main tbody tr").count()
    assert page.url.endswith("#dags?q=billing&level=lift")
    page.reload()
    assert counted(page) == wanted and page.get_by_label("Level").input_value() == "lift"
    page.get_by_role("button", name="Clear filters").click()
    assert counted(page) == len(rows)


def test_a_link_to_the_findings_of_one_code_shows_these(window: Window) -> None:
    data = data_of(window.file.read_text())
    code = data["strings"][data["findings"][0][0]]
    wanted = sum(data["strings"][f[0]] == code for f in data["findings"])
    page = window.open(f"#findings?code={code}")
    assert counted(page) == wanted
    assert set(page.locator(".f-code").all_inner_texts()) == {code}


def test_a_finding_opens_to_its_help_and_the_lines_around_it(window: Window) -> None:
    page = window.go("#findings?sort=place")
    page.locator(".finding summary").first.click()
    place = page.locator(".f-where .code").first.inner_text()
    file, line = place.rsplit(":", 1)
    marked = page.locator(".finding[open] .line.hit")
    source = next(window.file.parent.glob(f"dags/{file}")).read_text().split("\n")
    assert marked.locator(".no").inner_text() == line
    assert marked.locator(".txt").inner_text().rstrip() == source[int(line) - 1].rstrip()


def test_tables_sort_both_ways(window: Window) -> None:
    page = window.go("#dags")
    page.get_by_role("button", name="DAG", exact=True).click()
    assert page.locator("th").first.get_attribute("aria-sort") == "descending"
    shown = page.locator("tbody .id").all_inner_texts()
    assert shown == sorted(shown, reverse=True)
    assert page.url.endswith("sort=-id")


def test_long_lists_are_shown_in_pages(window: Window) -> None:
    page = window.go("#dags")
    assert page.locator("tbody tr").count() == 100
    page.get_by_role("button", name="Next").click()
    assert page.locator("tbody tr").count() == 60
    assert "101 to 160 of 160 DAGs" in page.locator(".pager").inner_text()


def test_the_keyboard_reaches_everything(window: Window) -> None:
    page = window.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "skip"
    assert page.locator("#skip").bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("billing")
    assert counted(page) < 160
    page.keyboard.press("Escape")
    assert page.get_by_label("Search").input_value() == "" and counted(page) == 160
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    page.wait_for_function("location.hash.startsWith('#findings')")
    page.keyboard.press("?")
    assert page.locator("dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()


def test_focus_is_always_visible(window: Window) -> None:
    page = window.go("#dags")
    for _ in range(20):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth] })()"
        )
        assert style[0] != "none" and style[1] != "0px"


def test_a_task_shows_what_it_becomes_and_the_arrow_keys_walk(window: Window) -> None:
    data = data_of(window.file.read_text())
    dag = next(d for d in data["dags"] if d["level"] == "asset" and len(d["detail"]["nodes"]) > 5)
    page = window.go(f"#dag={dag['id']}")
    left, right = page.locator("svg.graph").nth(0), page.locator("svg.graph").nth(1)
    member = dag["detail"]["nodes"][0][2][0]
    left.locator(".node").nth(member).focus()
    assert right.locator(".node.hot").count() == 1
    assert dag["detail"]["nodes"][0][0] in page.locator(".graph-said").inner_text()
    for key in ("ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.classList.contains('node')")
    assert left.locator(".node[tabindex='0']").count() == 1
    right.locator(".node").first.hover()
    assert left.locator(".node.hot").count() == len(dag["detail"]["nodes"][0][2])
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_function("location.hash.startsWith('#dags')")


def test_graphs_have_a_text_alternative(window: Window) -> None:
    dag = data_of(window.file.read_text())["dags"][0]
    page = window.go(f"#dag={dag['id']}")
    assert all(page.locator("svg.graph").nth(i).get_attribute("aria-label") for i in (0, 1))
    assert all(n.get_attribute("aria-label") for n in page.locator("svg .node").all())
    page.locator(".edges > summary").click()
    edges = sum(len(t[4]) for t in dag["detail"]["tasks"]) + len(dag["detail"].get("edges", ()))
    assert page.locator(".edges tbody tr").count() == edges


def test_no_node_of_a_graph_overlaps_another_or_leaves_its_group(window: Window) -> None:
    for dag in data_of(window.file.read_text())["dags"][:12]:
        page = window.go(f"#dag={dag['id']}")
        overlaps = page.evaluate(
            """() => [...document.querySelectorAll('svg.graph')].map((svg) => {
                const boxes = [...svg.querySelectorAll('.face')].map((f) => f.getBoundingClientRect());
                const apart = (a, b) =>
                    a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
                const inside = (a, b) =>
                    a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
                const groups = [...svg.querySelectorAll('.group')].map((g) => g.getBoundingClientRect());
                const bad = boxes.filter((a, i) => boxes.some((b, k) => k < i && !apart(a, b))).length;
                return bad + groups.reduce((n, g) => n + boxes.filter((b) => !apart(b, g) && !inside(b, g)).length, 0);
            })"""
        )
        assert overlaps == [0, 0], dag["id"]


def test_a_graph_of_hundreds_of_tasks_is_drawn(browser: Browser, tmp_path: Path) -> None:
    shown = Window(browser, page_of(survey(tmp_path / "dags", 2, tasks=600), tmp_path / "large.html"))
    page = shown.open(f"#dag={first_dag(shown)}")
    assert page.locator("svg.graph").first.locator(".node").count() == 600
    assert page.locator("svg.graph").first.bounding_box()["width"] > 300  # type: ignore[index]
    shown.context.close()
    assert shown.faults == []


def test_what_dags_say_stays_text(browser: Browser, tmp_path: Path) -> None:
    shown = Window(browser, page_of(hostile(tmp_path), tmp_path / "report.html"))
    page = shown.open()
    dags = data_of(shown.file.read_text())["dags"]
    views = ["#overview", "#dags", "#findings", "#inventory", "#map", "#waves"]
    for hash in [*views, *(f"#dag={shown_hash(page, d['id'])}" for d in dags)]:
        shown.go(hash)
        open_all(page)
        assert page.locator("main h1").count() == 1, hash
        assert page.locator("img, iframe, main script, a:not([href^='#'])").count() == 0
        assert page.locator("[onclick], [onerror]").count() == 0
        assert page.evaluate("document.scripts.length") == 2
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), hash
        assert "\u202e" not in page.locator("body").inner_text()
    assert "invoice\\u{202e}gnp.exe" in shown.go("#dags").locator("main").inner_text()
    assert HOSTILE["image"] in page.locator("main").inner_text()
    shown.context.close()
    assert shown.faults == []


def shown_hash(page: Page, text: str) -> str:
    return str(page.evaluate("(t) => encodeURIComponent(t.toWellFormed())", text))


def test_a_phone_never_scrolls_sideways(browser: Browser, report: Path) -> None:
    shown = Window(browser, report, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = shown.open()
    for view in ("overview", "dags", "findings", "inventory", "map", "waves", f"dag={first_dag(shown)}"):
        shown.go(f"#{view}")
        open_all(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, view
    shown.context.close()
    assert shown.faults == []


CONTRAST = """() => {
    const parts = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
    const light = (c) => c.slice(0, 3).map((v) => v / 255)
        .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = (node) => {
        for (; node; node = node.parentElement) {
            const c = parts(getComputedStyle(node).backgroundColor);
            if (c.length === 3 || c[3] > 0.99) return c;
        }
        return [255, 255, 255];
    };
    const bad = [];
    for (const node of document.querySelectorAll('body *')) {
        const own = [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
        if (!own || node.closest('svg, script, style, .sr, :disabled, dialog, option')) continue;
        if (!node.checkVisibility()) continue;
        const [a, b] = [light(parts(getComputedStyle(node).color)), light(ground(node))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 4.5) bad.push([node.className, node.textContent.slice(0, 30), ratio.toFixed(2)]);
    }
    return bad;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_badges_have_enough_contrast(browser: Browser, report: Path, scheme: Any) -> None:
    shown = Window(browser, report, color_scheme=scheme)
    page = shown.open()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground))) < 200) == (scheme == "dark")
    for view in ("overview", "dags", "findings", "inventory", "waves", f"dag={first_dag(shown)}"):
        shown.go(f"#{view}")
        open_all(page)
        assert page.evaluate(CONTRAST) == [], view
    shown.context.close()


def test_the_theme_can_be_chosen_and_is_kept(window: Window) -> None:
    button = window.page.locator("#theme")
    button.click()
    button.click()
    assert button.inner_text() == "Theme: dark"
    window.page.reload()
    assert window.page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_paper_gets_all_rows_and_no_controls(window: Window) -> None:
    page = window.go("#dags")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("tbody tr").count() == 160
    assert not page.locator("nav").is_visible() and not page.locator(".filters").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("tbody tr").count() == 100


def test_a_place_can_be_copied(window: Window) -> None:
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = window.go("#findings")
    page.locator(".copy").first.click()
    page.locator(".copy.done").first.wait_for()
    assert (
        page.evaluate("navigator.clipboard.readText()") == page.locator(".f-where .code").first.inner_text()
    )


def test_a_thousand_dags_stay_below_five_megabytes_and_are_shown_in_parts(
    browser: Browser, tmp_path: Path
) -> None:
    shown = Window(browser, page_of(survey(tmp_path / "dags", 1000), tmp_path / "report.html"))
    data = data_of(shown.file.read_text())
    assert shown.file.stat().st_size < 5_000_000
    assert len(data["dags"]) == 1000 and all("detail" in d for d in data["dags"])
    assert len(data["findings"]) == 6000 and data["code"]
    page = shown.open()
    for view in ("dags", "findings", "map", "waves", "inventory"):
        shown.go(f"#{view}")
        assert page.locator("main h1").count() == 1
        assert page.locator("main *").count() < 4000, view  # a page of each list, never all of it
    shown.context.close()
    assert shown.faults == []


def test_what_does_not_fit_is_counted_and_said(browser: Browser, tmp_path: Path) -> None:
    sample = survey(tmp_path / "dags", 60)
    wide = {f"column_{n}" * 40: n for n in range(400)}
    sample.all_dags = [
        {
            **d,
            "dag_id": f"{d['dag_id']}_{n}",
            "doc": "x" * 900,
            "inventory": {**d["inventory"], "files": list(wide)[:30]},
        }
        for d in sample.all_dags
        for n in range(50)
    ]
    sample.all_findings = [
        {**f, "message": f"{n} {f['message']} " * 3} for f in sample.all_findings for n in range(30)
    ]
    shown = Window(browser, page_of(sample, tmp_path / "report.html"))
    text = shown.file.read_text()
    left_out = {row["what"]: row for row in data_of(text)["left_out"]}
    assert len(text) < 5_000_000
    assert left_out["DAGs with their tasks"]["total"] == 3000
    assert left_out["findings"]["total"] == 10_800
    page = shown.open()
    assert "3,000 DAGs" in page.locator(".lead").inner_text()
    assert "What is not in this page" in page.locator("main").inner_text()
    kept = left_out["findings"]["kept"]
    assert (
        f"Of 10,800 findings, the first {kept:,} are in this page"
        in shown.go("#findings").locator("main").inner_text()
    )
    last = next(dag for dag in reversed(data_of(text)["dags"]) if "detail" not in dag)
    assert "not in this page" in shown.go(f"#dag={last['id']}").locator("main").inner_text()
    shown.context.close()
    assert shown.faults == []


def test_secrets_in_the_source_never_reach_the_page(tmp_path: Path) -> None:
    sample = survey(tmp_path / "dags", 1)
    lines = [
        'password = "hunter2aa"',
        "conn = Connection(",
        "    password=(",
        '        "hunter2bb"',
        '        "hunter2cc",',
        "    ),",
        ")",
        'API_TOKEN = """',
        "hunter2dd",
        '"""',
        'settings = {"secret": "hunter2ee", "region": "eu-west-1"}',
        'url = "postgresql://me:hunter2ff@host/db"',
        "broken = (",
    ]
    (sample.root / sample.all_dags[0]["file"]).write_text("\n".join(lines))
    sample.all_findings = [{**sample.all_findings[0], "line": n} for n in range(1, len(lines) + 1)]
    out = io.StringIO()
    write(sample, out)
    assert "hunter2" not in out.getvalue()
    text = "\n".join(row[2] for row in data_of(out.getvalue())["code"])
    assert "eu-west-1" in text and len(text.split("\n")) == len(lines)


def test_a_report_of_nothing_says_so(browser: Browser, tmp_path: Path) -> None:
    shown = Window(browser, page_of(survey(tmp_path, 0), tmp_path / "report.html"))
    page = shown.open()
    assert "0 DAGs with 0 tasks" in page.locator("main").inner_text()
    for view in ("dags", "findings", "inventory", "map", "waves", "dag=gone", "unknown"):
        assert shown.go(f"#{view}").locator("main h1").count() == 1
    shown.context.close()
    assert shown.faults == []


def test_files_that_are_gone_or_strange_have_no_excerpt(tmp_path: Path) -> None:
    sample = survey(tmp_path / "dags", 1)
    os.mkfifo(sample.root / "pipe.py")
    (sample.root / "binary.py").write_bytes(bytes(range(256)) * 10)
    files = ["gone.py", "pipe.py", "a\0b.py", "binary.py"]
    sample.all_findings = [{**sample.all_findings[0], "file": file, "line": 2} for file in files]
    out = io.StringIO()
    write(sample, out)
    data = data_of(out.getvalue())
    assert {data["strings"][row[0]] for row in data["code"]} <= {"binary.py"}
