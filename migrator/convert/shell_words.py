"""The words of a shell command that is known as a Python expression, where the shell does nothing but split it.

`f"dbt run --project-dir {DBT} --vars '{{...}}'"` is text with expressions in it. A variable of the environment is
taken over; a pipe, a second command, a substitution and the like make the command one that only a shell can run.
"""

import ast
import re
from collections.abc import Sequence

from migrator.record import dataclass

FIRST = 0xE000  # private characters stand for the expressions
REFUSED = ";|<>()`\n&#~{}!"
VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?::-([^{}$`\"'\\]*))?\})")
AND = "&&"
TEXTS = ("context.partition_key", "str(", "os.environ.get(", "(os.environ.get(")  # expressions that are texts


@dataclass(frozen=True)
class Piece:
    """A part of a word: `text`, or the source of an expression."""

    text: str = ""
    code: str = ""


@dataclass(frozen=True)
class Word:
    """One argument."""

    pieces: tuple[Piece, ...]

    @property
    def constant(self) -> str | None:
        """The text, where it is known."""
        return None if any(p.code for p in self.pieces) else "".join(p.text for p in self.pieces)

    @property
    def start(self) -> str:
        """The text before the first expression."""
        return self.pieces[0].text if self.pieces else ""

    def after(self, count: int) -> "Word":
        """Without its first characters, which are text."""
        first, *rest = self.pieces
        return Word(tuple(p for p in (Piece(first.text[count:]), *rest) if p.text or p.code))

    def source(self) -> str:
        """The expression for it."""
        known = self.constant
        if known is not None:
            return repr(known)
        if len(self.pieces) == 1:
            code = self.pieces[0].code
            return code if code.startswith(TEXTS) else f"str({code})"
        values = [_formatted(p.code) if p.code else ast.Constant(p.text) for p in self.pieces]
        return ast.unparse(ast.JoinedStr(list(values)))


class NotPlain(Exception):
    """Why only a shell can run the command."""


def commands(source: str) -> list[list[Word]]:
    """The words of each command, where `&&` joins several. Raises NotPlain."""
    text, codes = _with_marks(source)
    reader = _Reader(text, codes)
    reader.read()
    return reader.commands


def _formatted(code: str) -> ast.FormattedValue:
    return ast.FormattedValue(ast.parse(code, mode="eval").body, -1, None)


def _with_marks(source: str) -> tuple[str, list[str]]:
    tree = ast.parse(source, mode="eval").body
    parts: Sequence[ast.expr] = tree.values if isinstance(tree, ast.JoinedStr) else [tree]
    text, codes = "", list[str]()
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            text += part.value
        elif isinstance(part, ast.FormattedValue):
            plain = part.conversion == -1 and part.format_spec is None
            codes.append(ast.unparse(part.value if plain else ast.JoinedStr([part])))
            text += chr(FIRST + len(codes) - 1)
        else:
            raise NotPlain("it is put together by code")
    if sum(FIRST <= ord(c) < FIRST + 0x1900 for c in text) != len(codes):
        raise NotPlain("it has characters without a meaning")
    return text.strip().replace("\\\n", " "), codes


class _Reader:
    """Goes through the text once."""

    def __init__(self, text: str, codes: Sequence[str]) -> None:
        self.text, self.codes, self.at = text, codes, 0
        self.commands: list[list[Word]] = [[]]
        self.pieces: list[Piece] | None = None  # of the word at hand

    def read(self) -> None:
        quote = ""
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == quote:
                quote = ""
            elif not quote and char in "'\"":
                quote = char
                self._add(Piece())
            elif not quote and char in " \t":
                self._end()
            elif not quote and self.text.startswith(AND, self.at):
                self._end()
                self.commands.append([])
                self.at += 1
            else:
                self._character(char, quote)
            self.at += 1
        if quote:
            raise NotPlain("a quote is not closed")
        self._end()

    def _character(self, char: str, quote: str) -> None:
        if not quote and char in REFUSED:
            raise NotPlain(f"{char.strip() or 'a line'} needs a shell")
        if quote != "'" and char in "$`":
            self._add(self._variable())
        elif quote != "'" and char == "\\":
            self._escaped(quote)
        elif FIRST <= ord(char) < FIRST + 0x1900:
            self._add(Piece(code=self.codes[ord(char) - FIRST]))
        else:
            self._add(Piece(char))

    def _escaped(self, quote: str) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if quote and following not in '$`"\\':
            self._add(Piece("\\"))
            return
        self._add(Piece(following))
        self.at += 1

    def _variable(self) -> Piece:
        found = VARIABLE.match(self.text, self.at)
        if found is None:
            raise NotPlain("a substitution needs a shell")
        self.at = found.end() - 1
        name, usual = found[1] or found[2], found[3]
        if any(FIRST <= ord(c) < FIRST + 0x1900 for c in usual or ""):
            raise NotPlain("a default needs a shell")
        if usual is None:
            return Piece(code=f"os.environ.get({name!r}, '')")
        return Piece(code=f"(os.environ.get({name!r}) or {usual!r})")

    def _add(self, piece: Piece) -> None:
        if self.pieces is None:
            self.pieces = []
        if piece.text and self.pieces and not self.pieces[-1].code:
            self.pieces[-1] = Piece(self.pieces[-1].text + piece.text)
        elif piece.text or piece.code:
            self.pieces.append(piece)

    def _end(self) -> None:
        if self.pieces is not None:
            self.commands[-1].append(Word(tuple(self.pieces)))
        self.pieces = None
