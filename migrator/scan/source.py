"""One Python text with its syntax tree, and where things stand in it."""

import ast
import hashlib
from dataclasses import field

from migrator.findings import Finding
from migrator.ir import Origin
from migrator.record import dataclass
from migrator.scan import tree

UTF8 = "utf-8"
BOM = b"\xef\xbb\xbf"  # which some editors put first
PLACED = (
    ast.expr,
    ast.stmt,
    ast.arg,
    ast.keyword,
    ast.alias,
    ast.excepthandler,
)  # nodes that know where they stand


@dataclass(eq=False)
class Source:
    """A file that was read. `tree` is None when it is not Python; `problem` then says why."""

    path: str  # POSIX, relative to the scanned folder
    text: str | None
    sha256: str | None
    tree: ast.Module | None = None
    problem: Finding | None = None
    lines: list[str] = field(default_factory=list)
    ascii: bool = False  # then bytes and characters count alike
    airflow3: bool = False  # whether it names Airflow 3's own package

    def origin(self, node: ast.AST) -> Origin:
        """Line and column of a node, from 1; columns count characters."""
        line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        return Origin(self.path, line, self._column(line, offset) + 1, getattr(node, "end_lineno", None))

    def segment(self, node: ast.AST) -> str:
        """The text of a node."""
        if not isinstance(node, PLACED) or node.end_lineno is None:
            return ""
        first, last = node.lineno, node.end_lineno
        if last > len(self.lines):
            return ""
        begin = self._column(first, node.col_offset)
        end = self._column(last, node.end_col_offset or 0)
        if first == last:
            return self.lines[first - 1][begin:end]
        return "\n".join(
            [self.lines[first - 1][begin:], *self.lines[first : last - 1], self.lines[last - 1][:end]]
        )

    def _column(self, line: int, offset: int) -> int:
        if self.ascii or line > len(self.lines) or (text := self.lines[line - 1]).isascii():
            return offset
        return len(text.encode()[:offset].decode(errors="ignore"))


def parse(path: str, data: bytes) -> Source:
    """A source of these bytes; what is wrong with them is its `problem`."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        encoding = _encoding(data)
        text = data[3:].decode() if data.startswith(BOM) and encoding == UTF8 else data.decode(encoding)
        ascii = text.isascii()
        if not ascii:
            text.encode()
    except UnicodeEncodeError as error:
        message = f"{encoding} gives a character that is none, U+{ord(text[error.start]):04X}"
        line = text.count("\n", 0, error.start) + 1
        return Source(path, None, digest, problem=Finding("SC003", message, Origin(path, line)))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"byte {error.start} is not {error.encoding.upper()}"
        return Source(path, None, digest, problem=Finding("SC003", message, Origin(path, line)))
    except (SyntaxError, LookupError, ValueError) as error:  # some codecs raise plain ones
        return Source(path, None, digest, problem=Finding("SC003", str(error), Origin(path)))
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        return Source(
            path, text, digest, problem=Finding("SC001", "the file holds null bytes", Origin(path, line))
        )
    source = Source(path, text, digest, lines=_lines(text), ascii=ascii, airflow3="airflow.sdk" in text)
    try:
        source.tree = tree.parse(text)
    except SyntaxError as error:
        # Some versions of Python report a line after the last one.
        line = min(error.lineno or 1, len(source.lines) or 1)
        source.problem = Finding("SC001", error.msg, Origin(path, line, max(error.offset or 1, 1)))
    except (RecursionError, MemoryError):
        source.problem = Finding(
            "SC005", "expressions are nested too deeply, or too large, to be parsed", Origin(path)
        )
    except ValueError as error:
        source.problem = Finding("SC001", str(error), Origin(path))
    return source


def _encoding(data: bytes) -> str:
    """UTF-8, unless one of the first two lines declares another encoding."""
    if not any(b"coding" in line for line in data.split(b"\n", 2)[:2]):
        return UTF8
    import io
    import tokenize

    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return str(encoding)


def _lines(text: str) -> list[str]:
    """As the parser counts them: form feeds and the like do not end a line."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
