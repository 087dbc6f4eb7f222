"""Python source without the values of secret names, over as many lines as they take; line numbers stay."""

import io
import tokenize
from collections.abc import Iterator

from migrator.findings.redact import HIDDEN, NAMED, is_secret

Place = tuple[int, int]
OPEN, CLOSE = frozenset("([{"), frozenset(")]}")
TEXTS = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}


def masked(text: str) -> str:
    """Each string that is assigned to, passed as or stored under a secret name is hidden."""
    if not NAMED.search(text):
        return text
    lines = text.split("\n")
    for (row, start), (last, end) in reversed(list(_secrets(text))):
        tail = lines[last - 1][end:]
        lines[row - 1] = lines[row - 1][:start] + HIDDEN + (tail if row == last else "")
        for between in range(row, last):
            lines[between] = HIDDEN + tail if between == last - 1 else HIDDEN
    return "\n".join(lines)


def _secrets(text: str) -> Iterator[tuple[Place, Place]]:
    """Where the strings stand that belong to a secret name, from `name =` to the end of the value."""
    before, depth, inside = "", 0, None
    for token in _tokens(text):
        if token.type in (tokenize.NL, tokenize.COMMENT):
            continue
        if token.type in TEXTS and inside is not None:
            yield token.start, token.end
        if token.string in OPEN:
            depth += 1
        elif token.string in CLOSE:
            depth -= 1
        ended = token.type == tokenize.NEWLINE or (token.string == "," and depth == inside)
        if inside is not None and (ended or depth < inside):
            inside = None
        if inside is None and token.string in ("=", ":", ":=") and is_secret(before):
            inside = depth
        before = token.string.strip("\"'")


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """What can be read of the text: what is not Python ends early."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(text).readline)
    except (tokenize.TokenError, SyntaxError, IndexError):
        return
