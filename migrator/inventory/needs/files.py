"""Files of the repository that are read beside the DAG: data, queries, configurations."""

import ast
from collections.abc import Iterator

from migrator.inventory.model import Need
from migrator.inventory.needs import Asked, argument
from migrator.inventory.sources import Sources
from migrator.ir import Dag

WORDS = ("open(", ".read", "glob", "listdir", "iterdir", "__file__")
READERS = frozenset({"read_text", "read_bytes", "open", "iterdir"})
OPENERS = frozenset({"open", "io.open", "codecs.open", "os.listdir", "os.scandir", "glob.glob", "glob.iglob"})
PLACES = ("os.path.", "pathlib.", "sys.path.", "Path", "str", "?")  # what only makes one path of another
UNKNOWN = "DP004"


def in_dag(dag: Dag, sources: Sources) -> Iterator[Need]:
    """What the text of the DAG was put together from, such as a table in YAML."""
    yield from (Need("files", path) for path in dag.reads)


def in_code(node: ast.AST, name: str) -> Iterator[Asked]:
    """What is opened, read or listed; and any path of a file that is handed to a call."""
    if not isinstance(node, ast.Call):
        return
    method = name.rpartition(".")[2]
    if name in OPENERS:
        if not _writes(node, 1):
            yield from _asked(argument(node, 0, "file", "path", "pathname"), name)
    elif isinstance(node.func, ast.Attribute) and method in READERS:
        if not (method == "open" and _writes(node, 0)):
            yield from _asked(node.func.value, method)
    elif isinstance(node.func, ast.Attribute) and method in ("glob", "rglob") and node.args:
        yield from _asked(ast.BinOp(node.func.value, ast.Div(), node.args[0]), method)
    elif method.startswith("read_"):
        yield from _asked(argument(node, 0, "path", "filepath_or_buffer", "io"), method)
    elif not name.startswith(PLACES):
        yield from (Asked("files", given, None) for given in (*node.args, *(k.value for k in node.keywords)))


def _asked(node: ast.expr | None, who: str) -> Iterator[Asked]:
    if node is not None:
        yield Asked("files", node, UNKNOWN, f"{who} of a file beside the DAG")


def _writes(call: ast.Call, position: int) -> bool:
    mode = argument(call, position, "mode")
    text = mode.value if isinstance(mode, ast.Constant) else None
    return isinstance(text, str) and not text.startswith("r")
