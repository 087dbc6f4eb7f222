"""The page without its data: the template with our own styles and scripts, which a policy allows by their digests."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

# The order matters: a script uses only what stands in earlier ones.
SCRIPTS = (
    "dom",
    "data",
    "parts",
    "table",
    "layout",
    "graph",
    "overview",
    "dags",
    "dag",
    "findings",
    "inventory",
    "map",
    "waves",
    "main",
)
STYLES = ("colours", "page", "parts", "graph", "narrow", "print")
DATA = "<<the data>>"


def shell(title: str) -> tuple[str, str]:
    """The text before the data and the text after it."""
    import jinja2  # only who writes a page waits for it

    script, style = _script(), _joined("css", STYLES)
    page = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
        (_folder() / "page.html.j2").read_text(encoding="utf-8")
    )
    text = page.render(
        title=title,
        script=_trusted(script),
        style=_trusted(style),
        script_digest=_digest(script),
        style_digest=_digest(style),
        data=_trusted(DATA),
    )
    before, _, after = _ascii(text).partition(DATA)
    return before, after


def styles(*names: str) -> str:
    """Some of our styles, for a page that needs no scripts."""
    return _joined("css", names)


def _folder() -> Traversable:
    return files(__package__)


@cache
def _script() -> str:
    """One function around all: no name of ours is seen outside."""
    return f'(() => {{\n"use strict";\n{_joined("js", SCRIPTS)}}})();'


def _joined(kind: str, names: tuple[str, ...]) -> str:
    """Our files as they are, one after the other. They are ASCII, so that digests hold in any encoding."""
    return "\n".join((_folder() / kind / f"{name}.{kind}").read_text(encoding="ascii") for name in names)


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _trusted(text: str) -> object:
    from markupsafe import Markup

    return Markup(text)  # our own files, not what was scanned


def _ascii(text: str) -> str:
    """Characters of a title as references: the page is the same bytes in any encoding."""
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")
