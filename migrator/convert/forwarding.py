"""The context, or the task instance, handed on to a helper of the file: it gets exactly what it reads."""

import ast
from functools import cached_property

from migrator.convert.asked import Asked, asked_by_call
from migrator.convert.context import DATETIMES, OF_PARTITIONS, TASK_INSTANCE, expression
from migrator.convert.datetimes import DATETIME_ATTRIBUTES, SAME_KIND
from migrator.convert.fstrings import fitted
from migrator.convert.naming import variable
from migrator.convert.shown import KEYS, only_shows, shown
from migrator.convert.signature import Signature
from migrator.convert.source import Edit
from migrator.record import dataclass
from migrator.scan.tree import children, walk

NAMESPACE = "from types import SimpleNamespace"
INSTANCE = "from ..runtime.context import TaskInstance"
OF_INSTANCES = frozenset({"xcom_pull", "xcom_push"})


class Forwarding(Signature):
    """Gives helpers what they ask for; all else is refused."""

    @cached_property
    def _parents(self) -> dict[int, ast.AST]:
        return {id(child): node for node in walk(self.function) for child in children(node)}

    def forward(self, node: ast.expr, key: str | None) -> bool:
        """The argument of a call that is the whole context, or (`key`) one value of it; whether it was dealt with."""
        call, at, written = self._argument(node)
        if call is None:
            return False
        if key is None and at is not None and only_shows(call, self._parents.get(id(call)), self.source):
            self._replace(written, self._shown())
            return True
        what = asked_by_call(call, at, self.source, key)
        if what.why:
            self.refuse("DP041", what.why, node)
            return True
        found = {name: self._value(name, what, node) for name in what.parts}
        if None in found.values():
            return True
        if key is not None:
            text = found.get(key) or "None"
        elif at is None:
            text = ", ".join(f"{name}={value}" for name, value in found.items())
        else:
            text = "{" + ", ".join(f"{name!r}: {value}" for name, value in found.items()) + "}"
        self._replace(written, text)
        return True

    def _shown(self) -> str:
        """What is shown of the context."""
        found = {name: each for name in KEYS if (each := self.of_context(name))}
        for each in found.values():
            self.body.use(each)
        self.note("DP062", "the context that it shows is what Dagster has of it")
        return shown(found, self.dag.dag_id, self.task.task_id)

    def _argument(self, node: ast.expr) -> tuple[ast.Call | None, int | str | None, ast.AST]:
        """The call that an expression is an argument of, where it stands there, and what of the text stands for it."""
        above = self._parents.get(id(node))
        if isinstance(above, ast.Call) and node in above.args:
            return above, above.args.index(node), node
        if isinstance(above, ast.keyword):
            call = self._parents.get(id(above))
            assert isinstance(call, ast.Call)
            return call, above.arg, node if above.arg else above
        return None, None, node

    def _replace(self, node: ast.AST, text: str) -> None:
        span = self.source.span(node)  # type: ignore[arg-type]  # a keyword has its place as well
        fits = fitted(self.source, span, text)
        if fits is None:
            self.refuse("DP051", "the context inside an f-string", node)
        else:
            self.body.edits.append(Edit(span, fits))

    def _value(self, key: str, what: Asked, node: ast.AST) -> str | None:
        """What a helper gets for one key of the context; None after a problem was noted."""
        parts = what.parts[key]
        if key in TASK_INSTANCE:
            return self._task_instance(key, what, node)
        if key == "params":
            return self.body.use(self.body.launch.params())
        if key in ("dag_run", "task", "dag"):
            return self._namespace(key, parts, node)
        found = self.of_context(key)
        if found is None:
            return self.refuse("DP041", f"`{key}` of the context has no native form yet", node)
        text = self.body.use(found)
        if key in DATETIMES and not parts <= DATETIME_ATTRIBUTES - SAME_KIND:
            self.body.imports.add("import pendulum")
            return f"pendulum.instance({text})"
        return text

    def _namespace(self, key: str, parts: set[str], node: ast.AST) -> str | None:
        given = {part: self._part(key, part, node) for part in sorted(parts)}
        if None in given.values():
            return None
        self.body.imports.add(NAMESPACE)
        return f"SimpleNamespace({', '.join(f'{name}={value}' for name, value in given.items())})"

    def _part(self, key: str, part: str, node: ast.AST) -> str | None:
        """An attribute of what the context holds."""
        if known := self.constants().get(f"{key}.{part}"):
            return repr(known)
        if key == "dag_run" and part == "conf":
            return self.body.use(self.body.launch.given())
        if part == "log" and key in TASK_INSTANCE:
            self.body.context = True
            return "context.log"
        asks_run = key == "dag_run" and part in {*DATETIMES, *OF_PARTITIONS, "run_id"}
        if asks_run or (key in TASK_INSTANCE and part in ("run_id", "try_number")):
            found = expression(part, self.timing)
            if found is not None:
                text = self.body.use(found)
                if part in DATETIMES:
                    self.body.imports.add("import pendulum")
                    return f"pendulum.instance({text})"
                return text
        if part == "":
            return self.refuse("DP041", f"`{key}` of the context is used as a whole", node)
        return self.refuse("DP041", f"`{key}.{part}` has no native form yet", node)

    # ------------------------------------------------------------------ XComs
    def _task_instance(self, key: str, what: Asked, node: ast.AST) -> str | None:
        parts = what.parts[key]
        if not parts & OF_INSTANCES:
            return self._namespace(key, parts, node)
        xcoms: dict[tuple[str, str], str] = {}
        lists = False
        for call in what.calls.get((key, "xcom_pull"), []):
            pulled = pulled_by(call)
            if pulled is None:
                return self.refuse("DP041", "a helper pulls an XCom that is not a constant", node)
            xcoms |= {pair: self.xcom(*pair) for pair in pulled.pairs}
            lists |= pulled.several
        given = {part: self._part(key, part, node) for part in sorted(parts - OF_INSTANCES)}
        if None in given.values():
            return None
        pairs = ", ".join(f"{pair!r}: {name}" for pair, name in xcoms.items())
        arguments = [f"{{{pairs}}}"] if pairs else []
        arguments += ["with_missing=True"] if lists and self.timing.airflow3 else []
        arguments += [f"{n}={v}" for n, v in given.items()]
        name = "task_instance"
        while name in self.taken:
            name += "_of_run"
        self.taken.add(name)
        self.body.imports.add(INSTANCE)
        self.body.lines.append(f"{name} = TaskInstance({', '.join(arguments)})")
        return name if self._pushed(key, what, name, node) else None

    def _pushed(self, key: str, what: Asked, name: str, node: ast.AST) -> bool:
        """The outputs for what a helper pushes; it may never do so, which leaves None."""
        for call in what.calls.get((key, "xcom_push"), []):
            given = {k.arg or "**": k.value for k in call.keywords}
            given.update(zip(("key", "value"), call.args, strict=False))
            pushed = given.get("key")
            if not (isinstance(pushed, ast.Constant) and isinstance(pushed.value, str)) or len(given) != 2:
                self.refuse("DP044", "a helper pushes an XCom under a key that is not a constant", node)
                return False
            if any(variable(pushed.value) == variable(k) for k, _ in self.body.pushes):
                self.refuse("DP044", f"{pushed.value!r} is pushed in several places", node)
                return False
            self.body.pushes.append((pushed.value, f"{name}.pushed.get({pushed.value!r})"))
            self.body.risked.add(pushed.value)
        return True


@dataclass(frozen=True)
class Pulled:
    """Tasks and keys that a call asks for. `several`: it names a list, and gets one."""

    pairs: tuple[tuple[str, str], ...]
    several: bool = False


def pulled_by(call: ast.Call) -> Pulled | None:
    """What `ti.xcom_pull(...)` with constant arguments asks for."""
    given = {k.arg or "**": k.value for k in call.keywords}
    given.update(zip(("task_ids", "dag_id", "key"), call.args, strict=False))
    task_ids, key = given.pop("task_ids", None), given.pop("key", ast.Constant("return_value"))
    if given or not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
        return None
    several = isinstance(task_ids, (ast.List, ast.Tuple))
    ids = task_ids.elts if isinstance(task_ids, (ast.List, ast.Tuple)) else [task_ids]
    names = [i.value for i in ids if isinstance(i, ast.Constant) and isinstance(i.value, str)]
    if not names or len(names) < len(ids):
        return None
    return Pulled(tuple((name, key.value) for name in names), several)
