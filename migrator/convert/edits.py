"""Applies edits to the text of a file, before its statements move. No edit adds or takes away a statement."""

from collections.abc import Iterable

from migrator.convert.source import Edit, Span, lines_of

PULLED = "__pulled__"  # likewise, where an XCom was read: what people wrote above it is about the value
EDGE = "\0"  # in no text that Python reads
DROPPED = "__dropped__"  # stands where a statement went; the module writer takes it out


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with every edit made. Raises ValueError for edits that overlap."""
    lines = lines_of(text)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    ordered = sorted(
        set(edits), key=lambda e: (e.span.line, e.span.column, e.span.end_line, e.span.end_column)
    )
    pieces, position = [], 0
    for edit in ordered:
        begin = starts[edit.span.line - 1] + edit.span.column
        end = starts[edit.span.end_line - 1] + edit.span.end_column
        if begin < position:
            raise ValueError(f"two edits overlap at line {edit.span.line}")
        pieces += [text[position:begin], edit.text]
        position = end
    return "".join([*pieces, text[position:]])


def part(text: str, span: Span, edits: Iterable[Edit]) -> str:
    """A piece of the text with the edits in it made."""
    begin = Edit(Span(span.line, span.column, span.line, span.column), EDGE)
    end = Edit(Span(span.end_line, span.end_column, span.end_line, span.end_column), EDGE)
    return apply(text, [begin, end, *edits]).split(EDGE)[1]
