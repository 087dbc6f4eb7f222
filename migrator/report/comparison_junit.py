"""The result of a comparison as JUnit XML, for CI systems: a suite for each run, a case for each thing compared.

The form is that of Ant and Jenkins: `testsuites`, `testsuite`, `testcase` with `failure`, `error` or `skipped`.
"""

import re
from xml.etree import ElementTree as xml

from migrator.parity.result import Item, Result
from migrator.parity.verdict import LEFT_OUT, RowPair

# What XML 1.0 has no place for: control characters and lone surrogates.
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(results: list[Result]) -> str:
    """The whole report."""
    root = xml.Element("testsuites", name="migrate compare")
    for result in results:
        _suite(root, result)
    _count(root, [case for suite in root for case in suite])
    xml.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{xml.tostring(root, encoding="unicode")}\n'


def _suite(root: xml.Element, result: Result) -> None:
    when = result.interval[0] if result.interval else result.date or ""
    name = _plain(" ".join(filter(None, (result.dag_id, when))))
    suite = xml.SubElement(root, "testsuite", name=name)
    if result.error is not None:
        case = xml.SubElement(suite, "testcase", classname=name, name="run both sides")
        _say(case, "error", "failed to run", result.error)
    for item in result.items:
        _case(suite, name, "the run", item, result.names)
    for task in result.tasks:
        for item in task.items:
            _case(suite, name, task.name, item, result.names)
    for task_id, why in sorted(result.left_out.items()):
        case = xml.SubElement(suite, "testcase", classname=f"{name} {_plain(task_id)}", name="left out")
        xml.SubElement(case, "skipped", message=_plain(why))
    _count(suite, list(suite))


def _case(suite: xml.Element, run: str, task: str, item: Item, names: tuple[str, str]) -> None:
    outcome = item.outcome
    case = xml.SubElement(suite, "testcase", classname=f"{run} {_plain(task)}", name=_plain(item.name))
    if outcome.verdict == LEFT_OUT:
        xml.SubElement(case, "skipped", message=_plain(outcome.detail))
    elif not outcome.passes:
        _say(case, "failure", outcome.verdict, _why(item, names))


def _say(case: xml.Element, kind: str, verdict: str, text: str) -> None:
    first = text.splitlines()[0] if text else verdict
    xml.SubElement(case, kind, type=verdict, message=_plain(first)).text = _plain(text)


def _why(item: Item, names: tuple[str, str]) -> str:
    outcome = item.outcome
    counts = outcome.counts
    lines = [outcome.detail or outcome.verdict]
    if counts:
        lines.append(
            f"rows: {counts.equal} equal, {counts.different} different, {counts.missing} missing, {counts.extra} extra"
        )
    lines += [f"likely cause: {hint}" for hint in outcome.hints]
    for row in outcome.rows:
        lines += _row(row, names)
    return "\n".join(lines)


def _row(row: RowPair, names: tuple[str, str]) -> list[str]:
    """Both sides of a row; of one that both have, the cells that differ."""
    key = ", ".join(f"{name}={value}" for name, value in row.key.items())
    lines = [f"row {key}" if key else "row"]
    for name, values in zip(names, (row.left, row.right), strict=True):
        shown = row.differing or tuple(values or ())
        told = (
            ", ".join(f"{c}={values[c]}" for c in shown if c in values)
            if values is not None
            else "no such row"
        )
        lines.append(f"  {name}: {told}")
    return lines


def _count(element: xml.Element, cases: list[xml.Element]) -> None:
    element.set("tests", str(len(cases)))
    for plural, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(plural, str(sum(case.find(kind) is not None for case in cases)))


def _plain(text: str) -> str:
    return NO_XML.sub("\ufffd", text)
