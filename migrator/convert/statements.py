"""Questions about one statement of a DAG file."""

import ast

from migrator.convert.source import names_bound, names_read


def module_names(statement: ast.stmt) -> set[str]:
    """The names that a statement gives to the scope it stands in."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return set()  # the same name from two places is caught where it is read
    return set(names_bound(statement))


def imports_airflow(node: ast.Import | ast.ImportFrom) -> bool:
    modules = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    return any(m.split(".")[0] == "airflow" for m in modules)


def only_run_by_hand(statement: ast.stmt) -> bool:
    """`if __name__ == "__main__": dag.test()`."""
    return isinstance(statement, ast.If) and "__name__" in set(names_read(statement.test))
