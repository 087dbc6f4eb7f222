"""Several texts of one shape → one text with parameters, and a row of arguments for each of them.

This is anti-unification: the trees of the texts are walked side by side; where constants differ there is a slot.
Slots that vary together are one parameter, also where one adds something around it: `load_orders` and `orders`.
Filling the parameters with a row gives back the tree of the text that the row is for.
"""

import ast
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from migrator.convert.columns import Column, Part, columns
from migrator.convert.edits import apply
from migrator.convert.source import Edit, Source, names_bound, names_read
from migrator.record import dataclass

MOST = 6  # parameters: with more, separate texts are easier to read
CLOSED = (ast.List, ast.Tuple, ast.Dict, ast.Constant, ast.UnaryOp)
OPTIONAL = {
    "deps": "[]",
    "retry_policy": "None",
    "description": "None",
    "owners": "None",
    "tags": "None",
    "pool": "None",
    "rule": "'all_success'",
}  # keywords that may be missing, and what that means


class Differs(Exception):
    """The texts are not of one shape."""


@dataclass(frozen=True)
class Folded:
    """`rows` are the arguments, as source text, in the order of `parameters`."""

    text: str
    parameters: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...]  # the annotation of each parameter; empty where there is none


@dataclass
class _Slot:
    """A place where the texts differ. `names` are wishes for its parameter, best first."""

    node: ast.expr
    values: list[object]  # constants; source text where `code`
    code: bool = False
    names: list[str] = field(default_factory=list)
    pieces: ast.JoinedStr | None = None  # the f-string that it is a piece of


def fold(
    texts: Sequence[str], called: str = "", literals: Container[object] = (), most: int = MOST
) -> Folded | None:
    """None where the texts have no common form. `called`: what the file calls that by which they differ.

    `literals`: texts that are not taken apart, as the file has them like that.
    """
    texts = _with_optional(texts)
    first = Source(texts[0])
    trees = [first.tree, *(ast.parse(text) for text in texts[1:])]
    slots: list[_Slot] = []
    try:
        _walk(list(trees), slots, [], None, texts)
    except Differs:
        return None
    binds = _bindings(first.tree)
    plain = [Column(tuple(s.values), s.code, tuple(s.names), binds.get(id(s.node), "")) for s in slots]
    found = columns(plain, called, set(names_bound(first.tree)) | set(names_read(first.tree)), literals)
    if len(found.names) > most:
        return None
    edits = list(_edits(first, slots, found.parts))
    text = apply(first.text, edits)
    return Folded(
        _without_own_names(text, found.names), found.names, found.rows or ((),) * len(texts), found.kinds
    )


def shape(text: str) -> str:
    """A key that texts of one form share, as far as that is quick to say."""
    tree = ast.parse(text)
    words = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.List, ast.keyword)) and getattr(node, "arg", "") in OPTIONAL:
            continue
        words.append(type(node).__name__ if isinstance(node, (ast.stmt, ast.arg)) else "")
        if isinstance(node, ast.FunctionDef):
            words.append(",".join(a.arg for a in node.args.args))
    return " ".join(filter(None, words))


# ---- side by side


def _walk(
    nodes: list[ast.AST],
    slots: list[_Slot],
    names: list[str],
    pieces: ast.JoinedStr | None,
    texts: Sequence[str],
) -> None:
    first = nodes[0]
    if any(type(node) is not type(first) for node in nodes) or _lengths_differ(nodes) or _is_another(nodes):
        _whole(nodes, slots, names, pieces, texts)
        return
    if isinstance(first, ast.Constant):
        _constant(nodes, slots, names, pieces)
        return
    inner = first if isinstance(first, ast.JoinedStr) and pieces is None else pieces
    for name in first._fields:
        values = [getattr(node, name, None) for node in nodes]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            _same(values)  # a docstring takes no parameter
            continue
        for group in _side_by_side(values):
            _walk(group, slots, _wish(first, name) or names, inner, texts)


def _side_by_side(values: Sequence[object]) -> Iterator[list[ast.AST]]:
    """The nodes of one field, in each of the trees; what is no node has to be the same."""
    groups = zip(*values, strict=True) if isinstance(values[0], list) else [values]
    for group in groups:
        nodes = [value for value in group if isinstance(value, ast.AST)]
        if len(nodes) == len(values):
            yield nodes
        else:
            _same(group)


def _same(values: Iterable[object]) -> None:
    if len({ast.dump(v) if isinstance(v, ast.AST) else repr(v) for v in values}) > 1:
        raise Differs


def _lengths_differ(nodes: Sequence[ast.AST]) -> bool:
    return any(
        isinstance(value, list) and len({len(getattr(node, name)) for node in nodes}) > 1
        for name in nodes[0]._fields
        if (value := getattr(nodes[0], name, None)) is not None
    )


def _is_another(nodes: Sequence[ast.AST]) -> bool:
    """Whether they are calls of several classes, or dicts of which one has a key of another elsewhere."""
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    if len(calls) == len(nodes):
        return len({ast.dump(call.func) for call in calls}) > 1 and all(map(_is_closed, calls))
    dicts = [node for node in nodes if isinstance(node, ast.Dict)]
    keys = [[ast.dump(key) for key in node.keys if key] for node in dicts]
    places = {(key, place) for each in keys for place, key in enumerate(each)}
    return len({key for key, _ in places}) < len(places)


def _wish(node: ast.AST, part: str) -> list[str]:
    """What a value would be called that stands there."""
    if isinstance(node, ast.Assign) and part == "value" and isinstance(node.targets[0], ast.Name):
        return [node.targets[0].id]
    if isinstance(node, ast.keyword) and node.arg:
        return ["group" if node.arg == "key_prefix" else node.arg]
    if isinstance(node, ast.Call) and part == "args" and isinstance(node.func, ast.Name):
        return ["command"] if node.func.id == "run_bash" else []
    return []


def _constant(
    nodes: Sequence[ast.AST], slots: list[_Slot], names: list[str], pieces: ast.JoinedStr | None
) -> None:
    found = [node for node in nodes if isinstance(node, ast.Constant)]
    values = [node.value for node in found]
    if all(type(v) is type(values[0]) and v == values[0] for v in values):
        return
    if any(v is ... or isinstance(v, complex) for v in values):
        raise Differs
    slots.append(_Slot(found[0], list(values), names=list(names), pieces=pieces))


def _whole(
    nodes: Sequence[ast.AST],
    slots: list[_Slot],
    names: list[str],
    pieces: ast.JoinedStr | None,
    texts: Sequence[str],
) -> None:
    """An expression as a parameter: where it reads nothing but what the module has."""
    found = [node for node in nodes if isinstance(node, ast.expr) and _is_closed(node)]
    if len(found) < len(nodes) or pieces is not None:
        raise Differs
    sources = [ast.get_source_segment(text, node) for text, node in zip(texts, found, strict=True)]
    slots.append(_Slot(found[0], list(sources), code=True, names=list(names)))


def _is_closed(node: ast.expr) -> bool:
    """Made of constants and of calls into Dagster."""
    if isinstance(node, ast.Call):
        known = isinstance(node.func, ast.Attribute) and ast.unparse(node.func).startswith("dg.")
        return known and all(map(_is_closed, [*node.args, *(k.value for k in node.keywords)]))
    if not isinstance(node, CLOSED):
        return False
    return all(_is_closed(inner) for inner in ast.iter_child_nodes(node) if isinstance(inner, ast.expr))


def _with_optional(texts: Sequence[str]) -> list[str]:
    """The texts with the same keywords in their first call, where one may be left out."""
    trees = [ast.parse(text) for text in texts]
    calls = [_decorator(tree) for tree in trees]
    if any(call is None for call in calls):
        return list(texts)
    found = list(texts)
    for name, nothing in OPTIONAL.items():
        has = [any(k.arg == name for k in call.keywords) for call in calls if call]
        if not any(has) or all(has):
            continue
        for index, call in enumerate(calls):
            if call is not None and not has[index]:
                where = _before(call, trees[has.index(True)], name)
                found[index] = _insert(found[index], call, where, f"{name}={nothing}")
    return found


def _decorator(tree: ast.Module) -> ast.Call | None:
    first = tree.body[0] if tree.body else None
    found = first.value if isinstance(first, ast.Assign) else None
    if isinstance(first, ast.FunctionDef) and first.decorator_list:
        found = first.decorator_list[0]
    return found if isinstance(found, ast.Call) else None


def _before(call: ast.Call, other: ast.Module, name: str) -> int:
    """After how many keywords of a call a keyword stands that another call has."""
    model = _decorator(other)
    order = [k.arg for k in model.keywords] if model else []
    before = set(order[: order.index(name)])
    return max([i + 1 for i, k in enumerate(call.keywords) if k.arg in before], default=0)


def _insert(text: str, call: ast.Call, where: int, keyword: str) -> str:
    source = Source(text)
    last = call.keywords[where - 1].value if where else None
    if last is None:
        return text
    end = source.span(last)
    return apply(
        text, [Edit(type(end)(end.end_line, end.end_column, end.end_line, end.end_column), f", {keyword}")]
    )


# ---- the text


def _edits(source: Source, slots: Sequence[_Slot], parts: Sequence[tuple[Part, ...]]) -> Iterator[Edit]:
    done: set[int] = set()
    by_node = {id(slot.node): part for slot, part in zip(slots, parts, strict=True)}
    for slot in slots:
        if slot.pieces is not None:
            if id(slot.pieces) not in done:
                done.add(id(slot.pieces))
                yield Edit(source.span(slot.pieces), ast.unparse(_filled(slot.pieces, by_node)))
        else:
            yield Edit(source.span(slot.node), _expression(by_node[id(slot.node)]))


def _expression(parts: tuple[Part, ...]) -> str:
    return ast.unparse(_node(parts))


def _node(parts: tuple[Part, ...]) -> ast.expr:
    if len(parts) == 1 and parts[0].name and not parts[0].as_text:
        return ast.Name(parts[0].name, ast.Load())
    return ast.JoinedStr(_values(parts))


def _values(parts: tuple[Part, ...]) -> list[ast.expr]:
    return [
        ast.FormattedValue(ast.Name(p.name, ast.Load()), -1) if p.name else ast.Constant(p.text)
        for p in parts
    ]


def _filled(node: ast.JoinedStr, by_node: Mapping[int, tuple[Part, ...]]) -> ast.JoinedStr:
    """An f-string with the parameters in their places, which may be in the expressions of its slots as well."""
    values: list[ast.expr] = []
    for value in node.values:
        if id(value) in by_node:
            values += _values(by_node[id(value)])
        else:
            values.append(_Filling(by_node).visit(value))
    return ast.JoinedStr(values)


class _Filling(ast.NodeTransformer):
    """A copy of an expression with the parameters in their places."""

    def __init__(self, by_node: Mapping[int, tuple[Part, ...]]) -> None:
        self.by_node = by_node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        copied = type(node)(**{name: getattr(node, name, None) for name in node._fields})
        return super().generic_visit(copied)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """A constant in which the texts may differ."""
        return _node(self.by_node[id(node)]) if id(node) in self.by_node else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        """An f-string inside of another one."""
        return _filled(node, self.by_node)


def _bindings(tree: ast.Module) -> dict[int, str]:
    """The nodes to which a name is bound, and nothing else is."""
    found = {}
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name) and names_bound(tree).count(target.id) == 1:
                found[id(statement.value)] = target.id
    return found


def _without_own_names(text: str, names: Sequence[str]) -> str:
    """Without `table = table`: the inner function sees the parameter of the one around it."""
    for name in names:
        text = re.sub(rf"^[ \t]*{name} = {name}\n", "", text, flags=re.MULTILINE)
    return text
