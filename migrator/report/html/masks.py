"""Python source without the values of secret names, over as many lines as they take; line numbers stay."""

import io
import re
import tokenize
from collections.abc import Iterator

from migrator.findings.redact import HIDDEN, NAMED, is_secret

Place = tuple[int, int]
OPEN, CLOSE = frozenset("([{"), frozenset(")]}")
VALUES = frozenset(("=", ":", ":=", "==", "!="))
ELEMENTS = frozenset("([{,")
NAME = re.compile(r"-{0,2}\w[\w.-]{0,60}")
KEY = re.compile(
    r"(?<=PRIVATE KEY-----)[^-]+(?=-|\Z)"
)  # one of several lines, of which a window may show some
LIMITS = frozenset((tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT))
TEXTS = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}


def masked(text: str) -> str:
    """Strings that are assigned to, passed as, stored under, compared with or listed after a secret name are hidden."""
    if "PRIVATE KEY-----" in text:
        text = KEY.sub(lambda key: HIDDEN + "\n" * key.group().count("\n"), text)
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
    """Where the strings stand that belong to a secret name, from the name to the end of the value."""
    reading = _Reading()
    for token in _tokens(text):
        if token.type in (tokenize.NL, tokenize.COMMENT):
            continue
        if token.type in TEXTS and reading.inside is not None:
            yield token.start, token.end
        reading.feed(token)


class _Reading:
    """Where in a statement the reading is. `inside`: how deep in brackets the value of a secret name began."""

    def __init__(self) -> None:
        self.inside: int | None = None
        self.depth = 0
        self.wide = False  # commas do not end the value
        self.told = False  # a secret name is among the targets of this statement, or of its `for`
        self.before = ""
        self.element = False  # whether that is a string of its own among others

    def feed(self, token: tokenize.TokenInfo) -> None:
        """The next token."""
        word = token.string
        self.depth += (word in OPEN) - (word in CLOSE)
        if self.inside is not None and self._ended(token):
            self.inside = None
        elif self.inside is None:
            self._begin(word)
        if token.type in LIMITS or word in ("for", ";"):
            self.told = False
        self.element = token.type == tokenize.STRING and self.before in ELEMENTS
        self.before = word.strip("\"'")
        self.told |= _names_one(self.before)

    def _begin(self, word: str) -> None:
        """`a, password = ...`, `x["token"] = ...`, `for a, token in ...`; else `password=...`, `("token", ...`."""
        several = self.told and (word == "in" or (word == "=" and self.depth == 0))
        own = _names_one(self.before) and (word in VALUES or (word == "," and self.element))
        if several or own:
            self.inside, self.wide = self.depth, several

    def _ended(self, token: tokenize.TokenInfo) -> bool:
        assert self.inside is not None
        at_end = (":",) if self.wide else (",",)
        return (
            token.type in LIMITS
            or self.depth < self.inside
            or (token.string in at_end and self.depth == self.inside)
        )


def _names_one(word: str) -> bool:
    """A name, or an option of a command; sentences in which such a word stands are none."""
    return NAME.fullmatch(word) is not None and is_secret(word)


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """What can be read of the text: what is not Python ends early."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(text).readline)
    except (tokenize.TokenError, SyntaxError, IndexError):
        return
