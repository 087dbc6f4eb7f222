"""The text of one step: a signature with a new body, or the task's own function under the new signature."""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import field, replace

import libcst as cst

from migrator.convert import edits
from migrator.convert.regions import is_mark
from migrator.convert.source import Edit, Source, Span
from migrator.convert.text import StepText
from migrator.convert.unread import read_lines
from migrator.record import dataclass

LEADING = (
    cst.SimpleStatementLine,
    cst.FunctionDef,
    cst.With,
    cst.If,
    cst.For,
    cst.While,
    cst.Try,
    cst.ClassDef,
)


@dataclass
class Comments:
    """Comments of statements that went, until there is something that they can stand above."""

    waiting: list[cst.EmptyLine] = field(default_factory=list)

    def keep(self, statement: cst.BaseStatement) -> None:
        """Remember the comments above a statement that goes."""
        self.waiting += comments_of(statement)

    def take(self) -> list[cst.EmptyLine]:
        """The remembered comments; they are not waiting any more. Marks of the place go with what stood there."""
        found, self.waiting = self.waiting, []
        return [line for line in found if line.comment and not is_mark(line.comment.value)]


def comments_of(statement: cst.BaseStatement) -> list[cst.EmptyLine]:
    """The comments above a statement, and at its end."""
    found = [line for line in getattr(statement, "leading_lines", ()) if line.comment]
    if isinstance(statement, cst.SimpleStatementLine) and statement.trailing_whitespace.comment:
        found.append(cst.EmptyLine(comment=statement.trailing_whitespace.comment))
    return found


def comments_inside(statement: cst.BaseStatement) -> list[cst.EmptyLine]:
    """All comments of a block, but for those in functions: they go where the functions go."""
    if isinstance(statement, cst.FunctionDef):
        return comments_of(statement)
    found = comments_of(statement)
    for block in _blocks(statement):
        for inner in block.body:
            found += comments_inside(inner)
        found += [line for line in block.footer if line.comment]
    return found


def _blocks(statement: cst.CSTNode) -> list[cst.IndentedBlock]:
    found: list[cst.IndentedBlock] = []
    for child in statement.children:
        if isinstance(child, cst.IndentedBlock):
            found.append(child)
        elif isinstance(child, (cst.Else, cst.If, cst.Finally, cst.ExceptHandler)):
            found += _blocks(child)
    return found


def signature(made: StepText) -> str:
    """The decorators and the `def` of a step."""
    returns = " -> dg.MaterializeResult" if made.reports else " -> None" if made.nothing else ""
    updates = "".join(f"@{below}\n" for below in (made.updates, made.after, made.again, made.limit) if below)
    return f"@{made.decorator}\n{updates}def {made.name}({', '.join(made.parameters)}){returns}:"


def step_text(source: Source, made: StepText) -> str:
    """A step of which no function stays in its place: it has a new body, or a copy of the task's function."""
    if made.step.function is not None:
        return cst.Module([with_function(_copy(made.step.source or source, made), made)]).code
    body = [*made.lines, *made.body, *made.appended] or ["pass"]
    lines = "\n".join(f"    {line}" for line in body)
    return f"{signature(made)}\n{lines}\n"


def _copy(source: Source, made: StepText) -> cst.FunctionDef:
    """The task's function with the edits for this task."""
    function = made.step.function
    assert function is not None
    first = min([function.lineno, *(d.lineno for d in function.decorator_list)])
    text = source.lines_between(first, function.end_lineno or function.lineno)
    moved = [Edit(_shifted(e.span, first - 1), e.text) for e in made.step.body.edits if _within(e, function)]
    block = "if True:\n" if function.col_offset else ""
    statement = cst.parse_module(block + edits.apply(text, moved)).body[0]
    if isinstance(statement, cst.If):
        statement = statement.body.body[0]  # type: ignore[assignment]  # an indented block
    assert isinstance(statement, cst.FunctionDef)
    return statement.with_changes(leading_lines=())


def _within(edit: Edit, function: ast.FunctionDef) -> bool:
    return function.lineno <= edit.span.line <= (function.end_lineno or 0)


def _shifted(span: Span, lines: int) -> Span:
    return Span(span.line - lines, span.column, span.end_line - lines, span.end_column)


def with_function(statement: cst.FunctionDef, made: StepText) -> cst.FunctionDef:
    """The task's function as the step itself."""
    stub = cst.parse_module(signature(made) + " ...").body[0]
    assert isinstance(stub, cst.FunctionDef)
    block = statement.body
    if isinstance(block, cst.SimpleStatementSuite):  # def f(): return 1
        block = cst.IndentedBlock([cst.SimpleStatementLine([small]) for small in block.body])
    assert isinstance(block, cst.IndentedBlock)
    if made.step.within:
        return _around(statement, stub, block, made)
    return statement.with_changes(
        name=stub.name,
        decorators=stub.decorators,
        params=stub.params,
        returns=stub.returns,
        lines_after_decorators=(),
        body=block.with_changes(body=_new_body(block.body, made)),
    )


def _around(
    statement: cst.FunctionDef, stub: cst.FunctionDef, block: cst.IndentedBlock, made: StepText
) -> cst.FunctionDef:
    """A step with the task's function inside."""
    within = made.step.within
    assert within is not None
    given = cst.parse_statement(f"def {within.name}({', '.join(within.parameters)}): ...")
    assert isinstance(given, cst.FunctionDef)
    inner = statement.with_changes(
        decorators=[statement.decorators[i] for i in within.worn],
        params=given.params,
        returns=None,
        leading_lines=(),
        lines_after_decorators=(),
        body=block.with_changes(body=_new_body(block.body, replace(made, lines=[]))),
    )
    before = [s for line in made.lines for s in cst.parse_module(line).body]
    after = [s for line in made.body for s in cst.parse_module(line).body]
    return stub.with_changes(
        leading_lines=statement.leading_lines, body=cst.IndentedBlock([*before, inner, *after])
    )


def _new_body(old: Sequence[cst.BaseStatement], made: StepText) -> list[cst.BaseStatement]:
    """The docstring, the lines that bind values, and the old body without what was taken out."""
    rest = [_without_dropped(statement) for statement in old]
    kept: list[cst.BaseStatement] = []
    about = Comments()
    for was, statement in zip(old, rest, strict=True):
        if statement is not None:
            kept.append(_under(about.take(), statement))
        elif _is_mark(was, edits.PULLED):
            about.keep(was)
    if rest and rest[0] is None and kept and isinstance(kept[0], LEADING):
        own = [line for line in kept[0].leading_lines if line.comment]
        kept[0] = kept[0].with_changes(leading_lines=own)
    at = 1 if kept and is_docstring(kept[0]) else 0
    code = "".join(map(cst.Module([]).code_for_node, kept)) if made.lines else ""
    read = read_lines(made.lines, "\n".join([code, *made.appended]))
    new = [s for line in read for s in cst.parse_module(line).body]
    added = [s for line in made.appended for s in cst.parse_module(line).body]
    body = [*kept[:at], *new, *kept[at:], *added]
    return body if len(body) > at else [*body, cst.parse_statement("pass")]


def _without_dropped(statement: cst.BaseStatement) -> cst.BaseStatement | None:
    if not isinstance(statement, cst.SimpleStatementLine):
        return statement
    left = [s for s in statement.body if not _is_dropped(s, edits.DROPPED, edits.PULLED)]
    if len(left) == len(statement.body):
        return statement
    return statement.with_changes(body=left) if left else None


def _is_mark(statement: cst.BaseStatement, *marks: str) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and _is_dropped(statement.body[0], *marks)


def _is_dropped(small: cst.BaseSmallStatement, *marks: str) -> bool:
    return isinstance(small, cst.Expr) and isinstance(small.value, cst.Name) and small.value.value in marks


def _under(comments: Iterable[cst.EmptyLine], statement: cst.BaseStatement) -> cst.BaseStatement:
    above = list(comments)
    if not above or not isinstance(statement, LEADING):
        return statement
    return statement.with_changes(leading_lines=[*above, *statement.leading_lines])


def is_docstring(statement: cst.BaseStatement) -> bool:
    """Whether a statement is a text alone."""
    if not isinstance(statement, cst.SimpleStatementLine) or not isinstance(statement.body[0], cst.Expr):
        return False
    return isinstance(statement.body[0].value, (cst.SimpleString, cst.ConcatenatedString))
