"""Folders that a file puts on Python's path, where the text tells them by the place of the file.

`sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))`, `sys.path.append(str(Path(__file__).parent / "lib"))`,
also through variables of the module, and behind `if folder not in sys.path:`.
"""

import ast
import posixpath
from collections.abc import Iterator, Mapping, Sequence

from migrator.record import dataclass
from migrator.scan.tree import walk

PATH = "sys.path"
ADDERS = {"insert": 1, "append": 0, "extend": 0}  # which argument is the folder
SAME = frozenset(
    (
        "abspath",
        "realpath",
        "normpath",
        "expanduser",
        "str",
        "fspath",
        "Path",
        "PurePath",
        "resolve",
        "absolute",
    )
)
DEEPEST = 20  # expressions within each other


@dataclass(frozen=True)
class Added:
    """One statement of a module that does nothing but put folders on the path.

    `folders` are below the scanned folder; one above it begins with `..`.
    """

    statement: ast.stmt
    folders: tuple[str, ...]

    @property
    def leads_outside(self) -> bool:
        """Whether there may be modules that nobody has seen."""
        return any(folder.startswith("..") for folder in self.folders)


def added(tree: ast.Module, path: str) -> tuple[Added, ...]:
    """What the module at a path adds that is known."""
    names = _assigned_once(tree)
    found = []
    for statement in tree.body:
        folders = [_folder(node, names, path, 0) for node in _given(statement)]
        if folders and None not in folders:
            found.append(Added(statement, tuple(f for f in folders if f is not None)))
    return tuple(found)


def needed_by(statements: Sequence[ast.stmt], tree: ast.Module) -> list[ast.stmt]:
    """These, and the assignments of a module that nothing but these reads."""
    found = list(statements)
    for one in reversed(tree.body):
        targets = one.targets if isinstance(one, ast.Assign) else []
        names = {t.id for t in targets if isinstance(t, ast.Name)}
        if not names or len(names) != len(targets):
            continue
        rest = (each for each in tree.body if each is not one and not any(each is f for f in found))
        if any(map(names.intersection, map(_read, found))) and not any(
            map(names.intersection, map(_read, rest))
        ):
            found.append(one)
    return found


def _read(statement: ast.stmt) -> set[str]:
    return {node.id for node in walk(statement) if isinstance(node, ast.Name)}


def _given(statement: ast.stmt) -> list[ast.expr]:
    """The folders that a statement adds to the path; none where it does anything else."""
    if isinstance(statement, ast.If) and not statement.orelse and PATH in ast.unparse(statement.test):
        inner = [_given(each) for each in statement.body]
        return [node for each in inner for node in each] if all(inner) else []
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or call.keywords or not isinstance(call.func, ast.Attribute):
        return []
    at = ADDERS.get(call.func.attr)
    if at is None or ast.unparse(call.func.value) != PATH or len(call.args) != at + 1:
        return []
    if call.func.attr == "extend":
        return call.args[0].elts if isinstance(call.args[0], (ast.List, ast.Tuple)) else []
    return [call.args[at]]


def _assigned_once(tree: ast.Module) -> dict[str, ast.expr]:
    found: dict[str, list[ast.expr]] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(statement.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _folder(node: ast.expr, names: Mapping[str, ast.expr], path: str, depth: int) -> str | None:
    """The path that an expression gives, from the scanned folder; None when that is not known."""
    if depth > DEEPEST:
        return None
    if isinstance(node, ast.Name):
        if node.id == "__file__":
            return path
        return _folder(names[node.id], names, path, depth + 1) if node.id in names else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Add)):
        return _joined([node.left, node.right], names, path, depth)
    if isinstance(node, ast.Attribute) and node.attr == "parent":
        return _above(_folder(node.value, names, path, depth + 1), 1)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute):
        index = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if node.value.attr == "parents" and isinstance(index, int) and index >= 0:
            return _above(_folder(node.value.value, names, path, depth + 1), index + 1)
    return _called(node, names, path, depth) if isinstance(node, ast.Call) and not node.keywords else None


def _called(node: ast.Call, names: Mapping[str, ast.expr], path: str, depth: int) -> str | None:
    """`os.path.dirname(x)`, `os.path.join(x, "lib")`, `Path(x).resolve()`, `str(x)`."""
    function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if function in ("join", "joinpath"):
        own = [node.func.value] if function == "joinpath" and isinstance(node.func, ast.Attribute) else []
        return _joined([*own, *node.args], names, path, depth)
    given = node.args
    if not given and isinstance(node.func, ast.Attribute):
        given = [node.func.value]
    if len(given) != 1:
        return None
    inner = _folder(given[0], names, path, depth + 1)
    return _above(inner, 1) if function == "dirname" else inner if function in SAME else None


def _joined(parts: list[ast.expr], names: Mapping[str, ast.expr], path: str, depth: int) -> str | None:
    """A known folder, and texts that lead on from it."""
    if not parts or (base := _folder(parts[0], names, path, depth + 1)) is None:
        return None
    texts = list(_texts(parts[1:]))
    if None in texts:
        return None
    return posixpath.normpath(posixpath.join(base or ".", *(t.lstrip("/") for t in texts if t)))


def _texts(nodes: list[ast.expr]) -> Iterator[str | None]:
    for node in nodes:
        known = isinstance(node, ast.Constant) and isinstance(node.value, str)
        up = isinstance(node, ast.Attribute) and node.attr == "pardir"
        yield node.value if known else ".." if up else None  # type: ignore[attr-defined]  # a text


def _above(path: str | None, levels: int) -> str | None:
    if path is None:
        return None
    return posixpath.normpath(posixpath.join(path or ".", *[".."] * levels))
