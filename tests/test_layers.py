"""Who may import whom: a file of the package imports only from its own part and from lower ones."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "migrator"

# Low to high. Parts on one line do not know each other.
LAYERS = [
    {"record"},
    {"__init__", "errors", "ir", "rates", "runtime"},
    {"findings"},
    {"plan", "manifest", "probe"},
    {"scan"},
    {"inventory"},
    {"checks"},
    {"convert"},
    {"emit"},
    {"verify"},
    {"phase_one"},
    {"parity"},
    {"cutover", "services"},
    {"survey"},
    {"report"},
    {"demo"},
    {"cli"},
    {"pytest_plugin"},
    {"__main__"},
]
HEIGHT = {part: height for height, parts in enumerate(LAYERS) for part in parts}

# What a part must not import anywhere, not even inside a function.
FOREIGN = {
    "ir": {"airflow", "dagster", "libcst", "pandas", "pydantic"},
    "findings": {"airflow", "dagster", "libcst", "pandas", "pydantic"},
    "scan": {"airflow", "dagster", "libcst", "pandas"},
    "checks": {"airflow", "dagster", "libcst", "pandas"},
    "convert": {"airflow", "dagster", "pandas"},
    "emit": {"airflow", "dagster", "pandas"},
    "phase_one": {"airflow", "dagster", "pandas"},
}

# What a part may import inside functions only, so that `migrate --help` does not wait for it.
HEAVY = {
    "airflow",
    "dagster",
    "deepdiff",
    "ibis",
    "jinja2",
    "libcst",
    "pandas",
    "pyarrow",
    "pydantic",
    "rich",
    "yaml",
}

FILES = sorted(p for p in PACKAGE.rglob("*.py") if "__pycache__" not in p.parts)


def part_of(dotted: str) -> str:
    """`migrator.scan.files` is of `scan`; what the package itself holds is of `__init__`."""
    part = [*dotted.split("."), "__init__"][1]
    return part if part in HEIGHT or (PACKAGE / part).is_dir() else "__init__"


def names(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imports(nodes: Iterator[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def at_load(tree: ast.Module) -> Iterator[ast.AST]:
    """All nodes that run when the module is imported, and not only for a type checker."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


@pytest.mark.parametrize("path", FILES, ids=names)
def test_a_file_imports_only_from_its_own_part_and_lower_ones(path: Path) -> None:
    own = part_of(names(path))
    ours = {
        part_of(n) for n in imports(ast.walk(ast.parse(path.read_text()))) if n.split(".")[0] == "migrator"
    }
    assert own in HEIGHT, f"{own}: say in LAYERS where it stands"
    assert not {other for other in ours if other != own and HEIGHT[other] >= HEIGHT[own]}


@pytest.mark.parametrize("path", [p for p in FILES if part_of(names(p)) in FOREIGN], ids=names)
def test_a_part_keeps_what_it_must_not_know_out(path: Path) -> None:
    found = {n.split(".")[0] for n in imports(ast.walk(ast.parse(path.read_text())))}
    assert not found & FOREIGN[part_of(names(path))]


@pytest.mark.parametrize("path", [p for p in FILES if part_of(names(p)) == "runtime"], ids=names)
def test_what_is_copied_into_projects_does_not_need_this_tool(path: Path) -> None:
    assert "migrator" not in {n.split(".")[0] for n in imports(ast.walk(ast.parse(path.read_text())))}


@pytest.mark.parametrize("path", [p for p in FILES if part_of(names(p)) == "cli"], ids=names)
def test_a_command_imports_what_is_slow_only_when_it_runs(path: Path) -> None:
    assert not {n.split(".")[0] for n in imports(at_load(ast.parse(path.read_text())))} & HEAVY


def test_every_file_says_in_its_first_line_what_it_is_for() -> None:
    silent = [names(p) for p in FILES if not ast.get_docstring(ast.parse(p.read_text()))]
    assert silent == []
