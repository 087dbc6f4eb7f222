"""The names that a users' class lists: its template fields, and the ends of texts that are files with a template."""

import ast

from migrator.convert.own_class import Link, OwnClass
from migrator.convert.own_init import Unfit


def names_of(of: OwnClass, attribute: str) -> list[str]:
    """What a class sets an attribute to, with what it takes of the classes above. Raises Unfit."""
    found = of.attribute(attribute)
    return _names(of, *found) if found else []


def _names(of: OwnClass, link: Link, node: ast.expr) -> list[str]:
    """`("table",)`, `(*Base.template_fields, "table")`, `Base.template_fields + ("table",)`."""
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return [name for item in node.elts for name in _names(of, link, item)]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Starred):
        return _names(of, link, node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_names(of, link, node.left), *_names(of, link, node.right)]
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("tuple", "list") and len(node.args) == 1:
        return _names(of, link, node.args[0])
    if isinstance(node, ast.Attribute):
        return _above(of, link, node)
    raise Unfit("OP068", f"its template fields are not known: `{ast.unparse(node)}`")


def _above(of: OwnClass, link: Link, node: ast.Attribute) -> list[str]:
    if link.source.qualified(node.value) == of.base:
        return []
    for above in of.links[of.links.index(link) + 1 :]:
        if isinstance(node.value, ast.Name) and above.node.name == node.value.id:
            return names_of(OwnClass(of.links[of.links.index(above) :], of.base), node.attr)
    raise Unfit("OP068", f"its template fields are not known: `{ast.unparse(node)}`")
