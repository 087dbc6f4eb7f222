"""Jinja text of a DAG → a Python expression: parsed with jinja2's own parser.

A text that only puts values in is an f-string; one with statements, filters or the like stays a template, and is
rendered with the names that it reads. What it reads and nothing can give is a Problem.
"""

from typing import TYPE_CHECKING

import jinja2
from jinja2 import nodes

from migrator.convert.context import Expression
from migrator.convert.problem import Problem
from migrator.convert.rendering import Scope, template_call
from migrator.convert.substitution import NotTranslated, constant_of, substituted
from migrator.scan.evaluator import bounds

if TYPE_CHECKING:
    from collections.abc import Sequence

PARSER = jinja2.Environment()  # as Airflow: the last line break of a text goes

__all__ = ["Scope", "translate"]


def translate(template: str, scope: Scope) -> str | Problem:
    """The Python expression that renders the template: a str, but in a DAG that renders native values."""
    if bounds.is_large_template(template):
        return Problem("DP042", f"a template of more than {bounds.EXPRESSIONS} expressions")
    try:
        tree = PARSER.parse(template)
    except jinja2.TemplateSyntaxError as error:
        return Problem("DP042", f"not a valid template: {error.message}")
    try:
        if not scope.native:
            try:
                if _joined(_pieces(tree, scope.copy())) is not None:
                    return _joined(_pieces(tree, scope)) or ""
            except NotTranslated:
                pass
        return template_call(template, tree, scope)
    except NotTranslated as error:
        return Problem("DP042", f"no rule for {error} in a template")


def _pieces(tree: nodes.Template, scope: Scope) -> "list[str | Expression]":
    pieces: list[str | Expression] = []
    for part in tree.body:
        if not isinstance(part, nodes.Output):
            raise NotTranslated(f"{{% {type(part).__name__.lower()} %}}")
        for node in part.nodes:
            known = node.data if isinstance(node, nodes.TemplateData) else constant_of(node, scope)
            pieces.append(known if known is not None else substituted(node, scope))
    return pieces


def _joined(pieces: "Sequence[str | Expression]") -> str | None:
    """None where an f-string of Python 3.11 cannot hold one of the expressions."""
    if len(pieces) == 1 and isinstance(pieces[0], Expression):
        only = pieces[0]
        return only.text if only.is_text else f"str({only.text})"
    if not any(isinstance(p, Expression) for p in pieces):
        return _plain("".join(p for p in pieces if isinstance(p, str)))
    if any(not isinstance(p, str) and any(c in p.text for c in '"\\\n') for p in pieces):
        return None
    block = any("\n" in p for p in pieces if isinstance(p, str))
    inner = "".join(_literal(p, block) if isinstance(p, str) else _slot(p.text) for p in pieces)
    if block and inner.endswith('"'):
        inner = inner[:-1] + '\\"'
    return f'f"""{inner}"""' if block else f'f"{inner}"'


def _plain(text: str) -> str:
    """A text alone; one of several lines is a block."""
    usual = all(c == "\n" or (c.isprintable() and c != "\\") for c in text)
    if text.count("\n") < 2 or not usual or '"""' in text:
        return repr(text)
    return f'"""{text[:-1]}\\""""' if text.endswith('"') else f'"""{text}"""'


def _literal(text: str, block: bool) -> str:
    """A text as it stands in an f-string, which for several lines is a block."""
    escaped = text.replace("\\", "\\\\").replace("{", "{{").replace("}", "}}")
    escaped = escaped.replace('"""', '\\"\\"\\"') if block else escaped.replace('"', '\\"')
    return escaped.replace("\r", "\\r").replace("\t", "\\t")


def _slot(text: str) -> str:
    """An expression inside an f-string; one that is an f-string with a single slot is merged into it."""
    if text.startswith("f'{") and text.endswith("}'"):
        return text[2:-1]
    return "{" + text + "}"
