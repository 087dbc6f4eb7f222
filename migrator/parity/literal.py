"""Does a repr say all there is to know about a value? That of a tuple does, that of a Series does not."""

import ast

CUT = 2000  # a record cuts a repr there

# Constructors whose repr is exact: the call rebuilds the same value.
EXACT = {
    "datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta", "datetime.timezone",
    "datetime.timezone.utc", "DateTime", "Date", "Time", "Duration", "Timezone", "FixedTimezone",
    "zoneinfo.ZoneInfo", "Timestamp", "Timedelta",
    "Decimal", "Fraction", "UUID", "PosixPath", "PurePosixPath", "WindowsPath",
    "np.bool", "np.True_", "np.False_", "np.str_", "np.datetime64", "np.timedelta64",
    *(f"np.{kind}{bits}" for kind in ("int", "uint", "float") for bits in (8, 16, 32, 64)),
    "set", "frozenset", "bytearray", "nan", "inf", "NaT",
}  # fmt: skip
PLAIN = (
    ast.Expression,
    ast.Constant,
    ast.Tuple,
    ast.List,
    ast.Dict,
    ast.keyword,
    ast.UnaryOp,
    ast.USub,
    ast.Load,
)
SETS = (ast.Set,)


def readable(text: str) -> str | None:
    """The value of a repr, in a form in which equal values have equal text; None when it does not say all."""
    if len(text) >= CUT:
        return None
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return _dump(tree.body) if all(map(_known, ast.walk(tree))) else None


def _known(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in EXACT
    if isinstance(node, ast.Attribute):
        return ast.unparse(node) in EXACT
    if isinstance(node, ast.Name):
        return node.id in EXACT or node.id in ("datetime", "zoneinfo", "np")
    return isinstance(node, PLAIN + SETS)


def _dump(tree: ast.expr) -> str:
    """The order of a set means nothing, that of a dictionary neither."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Set):
            node.elts.sort(key=ast.dump)
        elif isinstance(node, ast.Dict):
            pairs = sorted(
                zip(node.keys, node.values, strict=True), key=lambda p: ast.dump(p[0]) if p[0] else ""
            )
            node.keys, node.values = [k for k, _ in pairs], [v for _, v in pairs]
    return ast.dump(tree)
