"""What a function asks of the context that it is given as a dict: the keys, and the attributes of what they hold."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from migrator.convert.source import Source, names_bound, names_read
from migrator.scan.tree import children, walk

DEPTH = 5  # helpers that hand the context on


@dataclass
class Asked:
    """`parts`: for each key the attributes that are read, "" for the value as a whole. `why`: what is not known."""

    parts: dict[str, set[str]] = field(default_factory=dict)
    calls: dict[tuple[str, str], list[ast.Call]] = field(default_factory=dict)  # of methods: key, name
    why: str | None = None
    both: bool = False  # `ti` and `task_instance` are asked for


def asked(function: ast.FunctionDef | ast.Lambda, parameter: str, source: Source) -> Asked:
    """What it does with the parameter that holds the context."""
    found = Asked()
    ContextReader(source, found).function(function, parameter, DEPTH)
    return found


def asked_by_call(call: ast.Call, at: int | str | None, source: Source, key: str | None = None) -> Asked:
    """What a called helper does with an argument: a place, a name, or None for `**`. `key`: it holds a value of it."""
    found = Asked()
    ContextReader(source, found).handed_on(call, at, DEPTH, key)
    return found


class ContextReader:
    """Looks at a function, and at the helpers that it hands the context to."""

    def __init__(self, source: Source, found: Asked) -> None:
        self.source, self.found = source, found
        self.seen: set[tuple[int, str]] = set()

    def function(self, function: ast.FunctionDef | ast.Lambda, parameter: str, depth: int) -> None:
        if (id(function), parameter) in self.seen:
            return
        self.seen.add((id(function), parameter))
        if depth == 0 or Counter(names_bound(function))[parameter] > 1:
            self.stop(f"`{parameter}` is another thing later")
            return
        parents = {id(child): node for node in walk(function) for child in children(node)}
        for node in walk(function):
            if isinstance(node, ast.Name) and node.id == parameter:
                self.use(node, parents, function, depth)

    def use(self, node: ast.Name, parents: dict[int, ast.AST], function: ast.AST, depth: int) -> None:
        """One place where the context is named."""
        parent = parents.get(id(node))
        if isinstance(parent, ast.Subscript) and parent.value is node:
            self.key(parent, parent.slice, parents, function)
        elif isinstance(parent, ast.Attribute) and parent.attr == "get":
            call = parents.get(id(parent))
            if isinstance(call, ast.Call) and call.func is parent and 1 <= len(call.args) <= 2:
                self.key(call, call.args[0], parents, function)
            else:
                self.stop("the context is used as a whole")
        elif isinstance(parent, ast.Call) and node in parent.args:
            self.handed_on(parent, parent.args.index(node), depth)
        elif isinstance(parent, ast.keyword):
            call = parents.get(id(parent))
            assert isinstance(call, ast.Call)
            self.handed_on(call, parent.arg, depth)
        else:
            self.stop("the context is used as a whole")

    def key(self, value: ast.expr, key: ast.expr, parents: dict[int, ast.AST], function: ast.AST) -> None:
        """A value of the context, and what is asked of it, by way of a local name as well."""
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            self.stop("a key of the context is not a constant")
            return
        parts = self.found.parts.setdefault(key.value, set())
        above = parents.get(id(value))
        if isinstance(above, ast.Attribute):
            self.part(key.value, above, parents)
            return
        if isinstance(above, ast.Assign) and len(above.targets) == 1:
            local = above.targets[0]
            if isinstance(local, ast.Name) and Counter(names_bound(function))[local.id] == 1:
                for node in walk(function):
                    if isinstance(node, ast.Name) and node.id == local.id and node is not local:
                        up = parents.get(id(node))
                        if isinstance(up, ast.Attribute):
                            self.part(key.value, up, parents)
                        else:
                            parts.add("")
                return
        parts.add("")

    def part(self, key: str, node: ast.Attribute, parents: dict[int, ast.AST]) -> None:
        self.found.parts.setdefault(key, set()).add(node.attr)
        call = parents.get(id(node))
        if isinstance(call, ast.Call) and call.func is node:
            self.found.calls.setdefault((key, node.attr), []).append(call)

    def handed_on(self, call: ast.Call, at: int | str | None, depth: int, key: str | None = None) -> None:
        """To a function of the file, whose own parameter then holds the context; `**` hands the keys on."""
        helper = self.helper(call)
        if helper is None:
            self.stop(f"the context is handed on to `{ast.unparse(call.func)}`")
            return
        names = self.parameters(helper)
        if isinstance(at, int) and at < len(names) and not any(isinstance(a, ast.Starred) for a in call.args):
            at = names[at]
        if at is None:
            given = {k.arg for k in call.keywords if k.arg} | set(names[: len(call.args)])
            self.unpacked(helper, given, depth)
        elif isinstance(at, str) and at in {*names, *(p.arg for p in helper.args.kwonlyargs)}:
            if key is None:
                self.function(helper, at, depth - 1)
            else:
                self.value(helper, at, key)
        else:
            self.stop(f"the context is handed on to `{helper.name}`")

    def unpacked(self, helper: ast.FunctionDef, given: set[str], depth: int) -> None:
        """A parameter gets the key of its name, and `**` of the helper all others."""
        if helper.args.kwarg is None:
            self.stop(f"`{helper.name}` does not take all of the context")
            return
        for parameter in [*helper.args.args, *helper.args.kwonlyargs]:
            if parameter.arg not in given:
                self.value(helper, parameter.arg, parameter.arg)
        self.function(helper, helper.args.kwarg.arg, depth - 1)

    def value(self, helper: ast.FunctionDef, parameter: str, key: str) -> None:
        """A parameter that holds one value of the context."""
        parents = {id(child): node for node in walk(helper) for child in children(node)}
        parts = self.found.parts.setdefault(key, set())
        for node in walk(helper):
            if isinstance(node, ast.Name) and node.id == parameter:
                up = parents.get(id(node))
                if isinstance(up, ast.Attribute):
                    self.part(key, up, parents)
                else:
                    parts.add("")

    def helper(self, call: ast.Call) -> ast.FunctionDef | None:
        """The function of the module that is called."""
        if not isinstance(call.func, ast.Name) or self.source.bindings()[call.func.id] != 1:
            return None
        return module_functions(self.source).get(call.func.id)

    def parameters(self, helper: ast.FunctionDef) -> list[str]:
        """Those that the arguments of a call are given to, in order."""
        return [p.arg for p in [*helper.args.posonlyargs, *helper.args.args]]

    def stop(self, why: str) -> None:
        self.found.why = self.found.why or why


def module_functions(source: Source) -> dict[str, ast.FunctionDef]:
    """The functions of a module by name; of two with one name, the last."""
    return {s.name: s for s in source.tree.body if isinstance(s, ast.FunctionDef)}


def reached(names: Iterable[str], source: Source) -> Iterator[ast.stmt]:
    """The statements of a module that names of it need, directly or not."""
    waiting, seen = list(names), set[str]()
    by_name: dict[str, list[ast.stmt]] = {}
    for statement in source.tree.body:
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            own = isinstance(statement, (ast.FunctionDef, ast.ClassDef))
            for bound in [statement.name] if own else names_bound(statement):  # type: ignore[attr-defined]  # it is one
                by_name.setdefault(bound, []).append(statement)
    while waiting:
        if (name := waiting.pop()) in seen:
            continue
        seen.add(name)
        for statement in by_name.get(name, ()):
            yield statement
            waiting += names_read(statement)


def airflow_in(names: Iterable[str], source: Source) -> str | None:
    """A name of Airflow that these names need, if there is one."""
    from migrator.convert.variables import VARIABLE

    for statement in reached(names, source):
        for name in names_read(statement):
            if source.from_airflow(name) and source.imports.get(name) not in VARIABLE:
                return name
        for node in walk(statement):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                modules = (
                    [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                )
                if any(module.split(".")[0] == "airflow" for module in modules):
                    return modules[0]
    return None
