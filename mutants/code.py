"""Mutations of converted modules: each is one small mistake of a kind that people and converters make."""

import ast
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import libcst as cst
from libcst import matchers as m
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

Found = Iterator[tuple[cst.CSTNode, cst.CSTNode]]

COMPARED: dict[type[cst.BaseCompOp], type[cst.BaseCompOp]] = {
    cst.LessThan: cst.LessThanEqual,
    cst.LessThanEqual: cst.LessThan,
    cst.GreaterThan: cst.GreaterThanEqual,
    cst.GreaterThanEqual: cst.GreaterThan,
    cst.Equal: cst.NotEqual,
    cst.NotEqual: cst.Equal,
    cst.In: cst.NotIn,
    cst.NotIn: cst.In,
    cst.Is: cst.IsNot,
    cst.IsNot: cst.Is,
}
COUNTED: dict[type[cst.BaseBinaryOp], type[cst.BaseBinaryOp]] = {
    cst.Add: cst.Subtract,
    cst.Subtract: cst.Add,
    cst.Multiply: cst.Divide,
    cst.Divide: cst.Multiply,
    cst.BitAnd: cst.BitOr,
    cst.BitOr: cst.BitAnd,
}
JOINS = {'"left"': '"inner"', '"inner"': '"left"', '"outer"': '"inner"', '"right"': '"inner"'}
KEPT = {'"last"': '"first"', '"first"': '"last"', "True": "False", "False": "True"}
RULES = {'"all_done"': '"all_success"', '"all_success"': '"all_done"'}
ENDS = {"start": "end", "end": "start"}
JOBS = m.Decorator(
    decorator=m.OneOf(
        m.Attribute(attr=m.Name("job") | m.Name("graph")),
        m.Call(func=m.Attribute(attr=m.Name("job") | m.Name("graph"))),
    )
)


@dataclass(frozen=True)
class Mutation:
    """One mistake: `line` of the module, what stood there, and what stands there now."""

    kind: str
    line: int
    before: str
    after: str
    text: str = field(repr=False)  # of the whole module


def mutations(text: str, chosen: random.Random, most: int) -> list[Mutation]:
    """At most so many, of all kinds that the module has a place for, each kind as often as any other."""
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    places = wrapper.resolve(PositionProvider)
    visitor = _Places()
    wrapper.module.visit(visitor)
    by_kind: dict[str, list[tuple[cst.CSTNode, cst.CSTNode]]] = defaultdict(list)
    for kind, old, new in visitor.found:
        by_kind[kind].append((old, new))
    for found in by_kind.values():
        chosen.shuffle(found)
    picked: list[Mutation] = []
    while by_kind and len(picked) < most:
        for kind in sorted(by_kind):
            if len(picked) < most:
                old, new = by_kind[kind].pop()
                picked.append(_mutation(text, wrapper.module, kind, places[old], new))
            if not by_kind[kind]:
                del by_kind[kind]
    return picked


def _mutation(text: str, module: cst.Module, kind: str, place: CodeRange, new: cst.CSTNode) -> Mutation:
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: place.start.line - 1])) + place.start.column
    end = sum(map(len, lines[: place.end.line - 1])) + place.end.column
    alone = new.with_changes(comma=cst.MaybeSentinel.DEFAULT) if isinstance(new, cst.Arg) else new
    after = module.code_for_node(alone).strip()
    if isinstance(new, cst.ComparisonTarget):  # its place begins with the space before its operator
        after = f" {after}"
    changed = f"{text[:start]}{after}{text[end:]}"
    return Mutation(kind, place.start.line, _short(text[start:end]), _short(after), changed)


def _short(code: str) -> str:
    return " ".join(code.split())[:60]


def marked(text: str, line: int, mark: str) -> str | None:
    """The module, which touches a file when it comes to the statement of that line; None outside of functions."""
    lines = text.splitlines(keepends=True)
    found = [
        node
        for function in ast.walk(ast.parse(text))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.stmt)
        and node is not function
        and node.lineno <= line <= (node.end_lineno or 0)
    ]
    for inner in sorted(found, key=lambda node: (-node.lineno, node.end_lineno or 0)):
        before = f"{' ' * inner.col_offset}open({mark!r}, 'a').close()\n"
        made = "".join([*lines[: inner.lineno - 1], before, *lines[inner.lineno - 1 :]])
        try:
            ast.parse(made)
        except SyntaxError:  # an elif, or the second statement of a line: the statement around it will do
            continue
        return made
    return None


class _Places(cst.CSTVisitor):
    """All places of a module where a mistake can be made, as pairs of nodes."""

    def __init__(self) -> None:
        self.found: list[tuple[str, cst.CSTNode, cst.CSTNode]] = []
        self._functions: list[bool] = []  # whether each function around is a job's graph

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        for decorator in node.decorators:
            self._decorated(decorator)
        self._functions.append(any(m.matches(decorator, JOBS) for decorator in node.decorators))
        for statement in node.body.body:
            if not m.matches(statement, m.SimpleStatementLine([m.Expr(m.SimpleString())])):
                statement.visit(self)
        self._functions.pop()
        return False

    def _decorated(self, node: cst.Decorator) -> None:
        call = node.decorator
        if not isinstance(call, cst.Call):
            return
        for arg in call.args:
            name = arg.keyword.value if arg.keyword else ""
            if name in ("retry_policy", "deps"):
                rest = [other for other in call.args if other is not arg]
                self._add(
                    "retry lost" if name == "retry_policy" else "edge dropped", call, _called(call, rest)
                )
            if name == "rule" and isinstance(arg.value, cst.SimpleString):
                other = RULES.get(arg.value.value, '"all_done"')
                self._add("trigger rule", arg, arg.with_changes(value=cst.SimpleString(other)))

    def on_visit(self, node: cst.CSTNode) -> bool:
        if self._functions:
            kinds = GRAPH if self._functions[-1] else BODY
            for kind, find in kinds.items():
                for old, new in find(node):
                    self._add(kind, old, new)
        elif isinstance(node, cst.Call):
            for old, new in _task_dropped(node):
                self._add("task dropped", old, new)
        return super().on_visit(node)

    def _add(self, kind: str, old: cst.CSTNode, new: cst.CSTNode) -> None:
        self.found.append((kind, old, new))


def _called(call: cst.Call, args: list[cst.Arg]) -> cst.Call:
    return call.with_changes(args=args)


def _comparison(node: cst.CSTNode) -> Found:
    if isinstance(node, cst.ComparisonTarget) and type(node.operator) in COMPARED:
        yield node, node.with_changes(operator=COMPARED[type(node.operator)]())


def _operator(node: cst.CSTNode) -> Found:
    if isinstance(node, cst.BinaryOperation) and type(node.operator) in COUNTED:
        yield node, node.with_changes(operator=COUNTED[type(node.operator)]())
    elif isinstance(node, cst.BooleanOperation):
        other = cst.Or() if isinstance(node.operator, cst.And) else cst.And()
        yield node, node.with_changes(operator=other)
    elif isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not | cst.BitInvert):
        yield node, node.expression


def _constant(node: cst.CSTNode) -> Found:
    if isinstance(node, cst.Integer):
        yield node, cst.Integer(str(int(node.value, 0) + 1))
    elif isinstance(node, cst.Float):
        yield node, cst.Float(repr(float(node.value) * 1.5))
    elif isinstance(node, cst.SimpleString) and node.quote in ('"', "'") and len(node.raw_value) > 1:
        yield node, cst.SimpleString(f"{node.prefix}{node.quote}{node.raw_value}_{node.quote}")


def _filter(node: cst.CSTNode) -> Found:
    """`rows[condition]` without its condition."""
    if isinstance(node, cst.Subscript) and len(node.slice) == 1:
        index = node.slice[0].slice
        if isinstance(index, cst.Index) and isinstance(
            index.value, cst.Comparison | cst.BinaryOperation | cst.UnaryOperation | cst.Call
        ):
            yield node, node.value


def _join(node: cst.CSTNode) -> Found:
    yield from _keyword(node, ("how",), JOINS)


def _kept(node: cst.CSTNode) -> Found:
    yield from _keyword(node, ("keep", "ascending", "as_index", "index", "utc", "ignore_index"), KEPT)


def _keyword(node: cst.CSTNode, names: tuple[str, ...], others: dict[str, str]) -> Found:
    if not (isinstance(node, cst.Arg) and node.keyword and node.keyword.value in names):
        return
    if isinstance(node.value, cst.SimpleString | cst.Name) and node.value.value in others:
        yield node, node.with_changes(value=cst.parse_expression(others[node.value.value]))


def _swapped(node: cst.CSTNode) -> Found:
    if isinstance(node, cst.Call):
        plain = [arg for arg in node.args if arg.keyword is None and not arg.star]
        if len(plain) > 1 and not plain[0].value.deep_equals(plain[1].value):
            first, second, *rest = node.args
            swapped = [first.with_changes(value=second.value), second.with_changes(value=first.value)]
            yield node, _called(node, [*swapped, *rest])


def _interval(node: cst.CSTNode) -> Found:
    if isinstance(node, cst.Attribute) and node.attr.value in ENDS:
        yield node, node.with_changes(attr=cst.Name(ENDS[node.attr.value]))


def _condition(node: cst.CSTNode) -> Found:
    if isinstance(node, cst.If | cst.IfExp):
        test = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        turned = cst.UnaryOperation(cst.Not(whitespace_after=cst.SimpleWhitespace(" ")), test)
        yield node.test, turned


def _statement(node: cst.CSTNode) -> Found:
    """A call whose value nobody takes, such as one that writes."""
    if m.matches(node, m.SimpleStatementLine([m.Expr(m.Call())])):
        assert isinstance(node, cst.SimpleStatementLine)
        yield node, node.with_changes(body=[cst.Pass()])


def _returned(node: cst.CSTNode) -> Found:
    if isinstance(node, cst.Return) and node.value is not None and not m.matches(node.value, m.Name("None")):
        yield node, node.with_changes(value=cst.Name("None"))


def _graph_edge(node: cst.CSTNode) -> Found:
    if isinstance(node, cst.Call):
        for arg in node.args:
            if arg.keyword and arg.keyword.value in ("after", "before", "start"):
                yield node, _called(node, [other for other in node.args if other is not arg])


def _task_dropped(node: cst.Call) -> Found:
    """One asset less in `Definitions(assets=[...])` or in the selection of a job."""
    for arg in node.args:
        if arg.keyword and arg.keyword.value in ("assets", "selection") and isinstance(arg.value, cst.List):
            elements = list(arg.value.elements)
            for element in elements if len(elements) > 1 else ():
                rest = [other for other in elements if other is not element]
                yield arg.value, arg.value.with_changes(elements=rest)


BODY: dict[str, Callable[[cst.CSTNode], Found]] = {
    "comparison": _comparison,
    "operator": _operator,
    "constant": _constant,
    "filter dropped": _filter,
    "join": _join,
    "rows kept": _kept,
    "arguments swapped": _swapped,
    "interval shifted": _interval,
    "condition turned": _condition,
    "statement dropped": _statement,
    "value lost": _returned,
}
DECLARED = ("retry lost", "edge dropped", "task dropped", "trigger rule")  # not reached by any step
GRAPH: dict[str, Callable[[cst.CSTNode], Found]] = {"task dropped": _statement, "edge dropped": _graph_edge}
