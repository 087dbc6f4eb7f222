"""A YAML text as a tree that knows where each piece stands, and as plain data.

Built from the parser's events, so that a text of 100,000 lines takes a second. Scalars follow YAML 1.2, keys are always
their text, and a hostile text ends in an error: nothing grows beyond what was written.
"""

import gc
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import yaml

DEEPEST = 64
MOST = 1_000_000  # values after aliases have been followed
CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
INTEGER = re.compile(r"[-+]?[0-9]{1,400}\Z|0x[0-9a-fA-F]{1,300}\Z|0o[0-7]{1,300}\Z")
FLOAT = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z"
    r"|[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z"
)
CORE = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
TEXT = ("tag:yaml.org,2002:str", "!")


class YamlError(Exception):
    """A text that is no plan; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Node:
    """One value. `end` is where its last character stands, comments and line ends not counted."""

    kind: str  # scalar, mapping, sequence, alias
    start: int
    end: int
    line: int  # from 1
    column: int
    text: str = ""  # of a scalar
    style: str = ""  # of a scalar: plain is "", else ' " | >
    flow: bool = False
    marked: bool = False  # has an anchor or a tag
    tag: str | None = None
    target: "Node | None" = None  # of an alias
    items: Sequence["Node"] = ()  # of a sequence
    pairs: Sequence[tuple["Node", "Node"]] = ()  # of a mapping
    keys: dict[str, tuple["Node", "Node"]] | None = None  # the same by the text of the key

    @property
    def empty(self) -> bool:
        """Nothing was said: no value, `~`, `null` or `{}`."""
        if self.kind == "scalar":
            return not self.style and self.text.lower() in ("", "~", "null")
        return self.kind == "mapping" and not self.pairs

    def get(self, key: str) -> "Node | None":
        """The value of a key that is written in this mapping itself."""
        found = self.pair(key)
        return found[1] if found else None

    def pair(self, key: str) -> "tuple[Node, Node] | None":
        """The same, with the key itself."""
        return self.keys.get(key) if self.keys else None


def parse(text: str) -> Node | None:
    """The tree of the one document of a text; None where there is none. Raises YamlError."""
    import yaml

    shift = len(text) - len(text.removeprefix("\ufeff"))
    builder = _Builder(text, shift)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        with _no_collection():
            for event in yaml.parse(text[shift:], Loader=loader):
                builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError((mark.line if mark else 0) + 1, _explained(error, text)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        raise YamlError(line, f"a character that YAML does not allow: {error.reason}") from error
    return builder.root


@contextmanager
def _no_collection() -> Iterator[None]:
    """A tree of a million nodes has no rubbish in it, and looking for some takes as long as building it."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _explained(error: "yaml.MarkedYAMLError", text: str) -> str:
    mark = error.problem_mark
    here = text.splitlines()[mark.line] if mark and mark.line < len(text.splitlines()) else ""
    problem = (error.problem or "no YAML").replace("%YAML", "YAML")
    if "\t" in here[: len(here) - len(here.lstrip())]:
        return "a tab; YAML is indented with spaces"
    return f"{problem} {error.context}" if error.context and "while" in error.context else problem


class _Builder:
    """Puts events together, on a stack of its own: a text of a million brackets is no recursion."""

    def __init__(self, text: str, shift: int) -> None:
        self.text = text
        self.shift = shift
        self.root: Node | None = None
        self.open: list[tuple[Node, list[Node]]] = []
        self.anchors: dict[str, Node] = {}
        self.documents = 0

    def take(self, event: "yaml.Event") -> None:
        name = type(event).__name__
        if name == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                raise YamlError(event.start_mark.line + 1, "a second document; a plan is one")
        elif name == "ScalarEvent":
            self._put(self._scalar(event), event.anchor)
        elif name == "AliasEvent":
            self._put(self._alias(event), None)
        elif name in ("MappingStartEvent", "SequenceStartEvent"):
            kind = name.removesuffix("StartEvent").lower()
            node = self._node(kind, event, tag=event.tag)
            node.flow = bool(event.flow_style)
            if event.tag and not event.tag.startswith(CORE):
                raise YamlError(node.line, f"the tag {event.tag} means nothing here")
            self.open.append((node, []))
            if event.anchor:
                self.anchors[event.anchor] = node
            if len(self.open) > DEEPEST:
                raise YamlError(node.line, f"more than {DEEPEST} levels")
        elif name in ("MappingEndEvent", "SequenceEndEvent"):
            self._close(event)

    def _node(self, kind: str, event: Any, *, tag: str | None = None) -> Node:
        mark, end = event.start_mark, event.end_mark
        node = Node(kind, mark.index + self.shift, end.index + self.shift, mark.line + 1, mark.column)
        node.tag = tag
        node.marked = bool(tag or (kind != "alias" and event.anchor))
        return node

    def _scalar(self, event: Any) -> Node:
        node = self._node("scalar", event, tag=event.tag)
        node.text, node.style = event.value, event.style or ""
        if node.style in ("|", ">"):
            written = self.text[node.start : node.end]
            keeps = "+" in written.split("\n", 1)[0].split("#")[0]
            node.end = node.end if keeps else node.start + len(written.rstrip())
        return node

    def _alias(self, event: Any) -> Node:
        node = self._node("alias", event)
        target = self.anchors.get(event.anchor)
        if target is None or any(target is parent for parent, _ in self.open):
            what = "refers to itself" if target else "is not defined above"
            raise YamlError(node.line, f"the alias *{event.anchor} {what}")
        node.target = target
        return node

    def _put(self, node: Node, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = node
        if self.open:
            self.open[-1][1].append(node)
        else:
            self.root = node

    def _close(self, event: Any) -> None:
        node, parts = self.open.pop()
        if node.kind == "sequence":
            node.items = parts
        else:
            node.pairs = list(zip(parts[::2], parts[1::2], strict=True))
            node.keys = _keys(node.pairs)
        if node.flow:
            node.end = event.end_mark.index + self.shift
        elif parts:
            node.end = max(p.end for p in parts[-2:])
        self._put(node, None)


def _keys(pairs: Sequence[tuple[Node, Node]]) -> dict[str, tuple[Node, Node]]:
    keys: dict[str, tuple[Node, Node]] = {}
    for key, value in pairs:
        if key.kind != "scalar":
            raise YamlError(key.line, "a key that is no text")
        if key.text in keys:
            first = keys[key.text][0].line
            raise YamlError(key.line, f"the key {key.text!r} stands twice, first in line {first}")
        keys[key.text] = (key, value)
    return keys


def plain(node: Node | None) -> Any:
    """The data of a tree: aliases followed, merge keys merged. Raises YamlError."""
    return _Data().of(node) if node is not None else None


class _Data:
    def __init__(self) -> None:
        self.left = MOST

    def of(self, node: Node, depth: int = 0) -> Any:
        self.left -= 1
        if self.left < 0:
            raise YamlError(node.line, f"aliases make more than {MOST} values of it")
        if depth > DEEPEST:
            raise YamlError(node.line, f"more than {DEEPEST} levels")
        if node.target is not None:
            return self.of(node.target, depth + 1)
        if node.kind == "sequence":
            return [self.of(item, depth + 1) for item in node.items]
        if node.kind == "mapping":
            return self._mapping(node, depth)
        return scalar(node)

    def _mapping(self, node: Node, depth: int) -> dict[str, Any]:
        own = {k.text: self.of(v, depth + 1) for k, v in node.pairs if not is_merge(k)}
        for key, value in node.pairs:
            if is_merge(key):
                found = self.of(value, depth + 1)
                for merged in found if isinstance(found, list) else [found]:
                    if not isinstance(merged, dict):
                        raise YamlError(value.line, "<< merges mappings, and this is none")
                    own = {**merged, **own}
        return own


def is_merge(key: Node) -> bool:
    """Whether it is the `<<` of a merge."""
    return key.text == "<<" and not key.style


def scalar(node: Node) -> Any:
    """A scalar as YAML 1.2 reads it; dates are texts, as in JSON."""
    if node.style or node.tag in TEXT:
        return node.text
    if node.tag is not None and not node.tag.startswith("tag:yaml.org,2002:"):
        raise YamlError(node.line, f"the tag {node.tag} means nothing here")
    text = node.text
    if text in CONSTANTS or text in ("True", "TRUE", "False", "FALSE", "Null", "NULL"):
        return CONSTANTS[text.lower()]
    if INTEGER.match(text):
        return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
    if FLOAT.match(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


def line_of(node: Node | None, path: tuple[int | str, ...]) -> int:
    """The line of the innermost piece of a path that the text has; aliases and merges are followed."""
    line = node.line if node is not None else 1
    for part in path:
        while node is not None and node.kind == "alias":
            node = node.target
        if node is None:
            break
        found = _step(node, part)
        if found is None:
            break
        line, node = found
    return line


def _step(node: Node, part: int | str) -> tuple[int, Node] | None:
    if node.kind == "sequence" and isinstance(part, int) and part < len(node.items):
        return node.items[part].line, node.items[part]
    if own := node.pair(str(part)):
        return own[0].line, own[1]
    for key, value in node.pairs:
        for merged in _sources(value) if is_merge(key) else ():
            if found := _step(merged, part):
                return found
    return None


def _sources(node: Node) -> Iterator[Node]:
    node = node.target if node.target is not None else node
    yield from ((item.target or item) for item in node.items) if node.kind == "sequence" else (node,)
