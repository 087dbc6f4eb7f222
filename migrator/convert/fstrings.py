"""Text that takes the place of an expression inside an f-string: before Python 3.12 it may not have its quotes."""

import ast
import io
import re
import tokenize
from functools import lru_cache

from migrator.convert.source import Source, Span
from migrator.record import dataclass

BEGINS = re.compile(r"[fF][rR]?['\"]")


@dataclass(frozen=True)
class _Literal:
    """One f-string of the text: where it begins and ends, and its quotes."""

    begin: tuple[int, int]
    end: tuple[int, int]
    quotes: str


def fitted(source: Source, span: Span, text: str) -> str | None:
    """The text with other quotes where it stands in an f-string; None when it cannot stand there."""
    begin, end = (span.line, span.column), (span.end_line, span.end_column)
    around = [s for s in _literals(source) if s.begin < begin and end < s.end]
    if not around:
        return text
    if "\\" in text or "\n" in text or source.after(span).lstrip().startswith("="):
        return None
    found = text
    alone = source.before(span).endswith("{") and source.after(span).startswith("}")
    if alone and text.startswith("f'{") and text.endswith("}'"):
        return text[3:-2]  # an f-string of one value
    for literal in around:
        quote = literal.quotes[0]
        if literal.quotes in found:
            found = found.replace(quote, "'" if quote == '"' else '"')
    try:
        same = ast.dump(ast.parse(found)) == ast.dump(ast.parse(text))
    except SyntaxError:
        return None
    return found if same and not any(s.quotes in found for s in around) else None


@lru_cache(maxsize=1)
def _literals(source: Source) -> list[_Literal]:
    """Every f-string. Python 3.12 and later split them into several tokens."""
    if not BEGINS.search(source.text):
        return []
    found, open_ones = [], []
    for token in tokenize.generate_tokens(io.StringIO(source.text, newline="").readline):
        name = tokenize.tok_name[token.type]
        if name == "STRING" and "f" in _prefix(token.string).lower():
            found.append(_Literal(token.start, token.end, _quotes(token.string)))
        elif name == "FSTRING_START":
            open_ones.append(token)
        elif name == "FSTRING_END":
            first = open_ones.pop()
            found.append(_Literal(first.start, token.end, _quotes(first.string)))
    return found


def _prefix(string: str) -> str:
    return string[: min(string.find(q) for q in "'\"" if q in string)]


def _quotes(string: str) -> str:
    rest = string[len(_prefix(string)) :]
    return rest[:3] if rest[:3] in ('"""', "'''") else rest[0]
