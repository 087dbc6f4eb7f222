"""Mutants of DAG files: of their bytes, of their tokens and of their syntax trees, all from one source of chance."""

import ast
import codecs
import io
import random
import tokenize
import warnings
from collections.abc import Callable, Sequence

Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]

COOKIES = [
    "latin-1",
    "utf-8",
    "utf-16",
    "utf-32",
    "utf-7",
    "cp1252",
    "rot13",
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
    "zlib",
    "hex",
    "mbcs",
    "ascii",
    "shift_jis",
    "big5",
    "utf-8-sig",
    "klingon",
    "koi8-r",
    "hz",
    "iso2022_jp",
]
ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "shift_jis", "utf-7", "utf-8-sig", "cp037")
BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF8 * 2)
BITS = (
    b"\0",
    b"\x0c",
    b"\r",
    b"\r\n",
    b"\x1a",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\t",
    b"\\\n",
    b"\x1b[2J",
    b"\xe2\x80\xae",
)
WORDS = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ";",
    ",",
    ".",
    "=",
    "==",
    ":=",
    "->",
    ">>",
    "<<",
    "**",
    "*",
    "/",
    "//",
    "%",
    "@",
    "~",
    "-",
    "+",
    "|",
    "&",
    "^",
    "...",
    "if",
    "else",
    "elif",
    "for",
    "while",
    "in",
    "not",
    "is",
    "lambda",
    "yield",
    "await",
    "async",
    "return",
    "raise",
    "try",
    "except",
    "finally",
    "with",
    "as",
    "def",
    "class",
    "del",
    "global",
    "nonlocal",
    "import",
    "from",
    "pass",
    "break",
    "continue",
    "match",
    "case",
    "None",
    "True",
    "False",
    "__class__",
    "super",
    "self",
    "DAG",
    "dag",
    "task",
    "f'{'",
    "0",
    "1e999",
    "-1",
    "10**9",
    "'\\N{DIGIT",
    "ONE}'",
    "'x'",
    "b'\\xff'",
    "_",
]
EXPRESSIONS = (
    "range(10**12)",
    "[0] * 10**9",
    "'x' * 10**9",
    "10**10**10",
    "-1",
    "0",
    "''",
    "None",
    "...",
    "{}",
    "set()",
    "lambda: x",
    "lambda *a, **k: (a, k)",
    "unknown",
    "unknown()",
    "unknown.a.b[0](1)",
    "dag",
    "[dag]",
    "globals()",
    "locals()",
    "self",
    "float('nan')",
    "1e999",
    "1j",
    "b'\\xff'",
    "'\\ud800'",
    "'\\x00'",
    "f'{dag}{1:>{9**9}}'",
    "'%s %(a)s' % {}",
    "[*unknown]",
    "{**unknown}",
    "(yield)",
    "(yield from x)",
    "(await x)",
    "(x := dag)",
    "[x for x in x]",
    "[y for y in range(9) if unknown]",
    "{x: x for x in [[]]}",
    "{[]: 1}",
    "print",
    "type",
    "type('A', (), {})",
    "type('A', (dag,), {})()",
    "iter(int, 1)",
    "zip(*[[1]] * 9)",
    "map(None, None)",
    "sorted([1, 'a', None])",
    "max([])",
    "dict([1])",
    "int('x')",
    "[][1]",
    "1 / 0",
    "1 // 0",
    "1 << 10**9",
    "'a'[5]",
    "{}['a']",
    "''.join([1])",
    "'{0.a.b[c]}'.format(1)",
    "'{'.format()",
    "'%'% 1",
    "str(dag)",
    "repr(task)",
    "timedelta(days=10**12)",
    "timedelta.max * 9",
    "datetime.max + timedelta(1)",
    "datetime(0, 0, 0)",
    "datetime(10**9, 1, 1)",
    "Path(__file__).parent.parent.parent.parent / 'x'",
    "open('/etc/passwd').read()",
    "open('/dev/zero').read()",
    "json.loads('[' * 9999)",
    "yaml.safe_load('&a [*a]')",
    "Variable.get('x')",
    "next(iter(()))",
    "[1, 2][::0]",
    "'abc'[::-1][1:0:5]",
    "dag >> dag",
    "None >> None",
    "[] >> []",
    "chain(*[])",
    "cross_downstream(None, None)",
    "'{{ ' * 99",
    "'{% for x in y %}'",
    "'{{ ds | f(1) | g }}{% raw %}'",
    "'{{ ''.__class__.__mro__ }}'",
    "'{% include \"/etc/passwd\" %}'",
    "'@once'",
    "'* * * * * *'",
    "'0 0 31 2 *'",
    "'*/0 * * * *'",
    "'60 99 * * *'",
    "cron",
    "-timedelta(1)",
    "hash(dag)",
    "id(dag)",
    "exec('x')",
    "eval('x')",
    "__import__('os').system('x')",
    "getattr(dag, 'x' * 99)",
    "setattr(dag, 'dag_id', None)",
    "vars(dag)",
    "dag.dag_id",
    "task()()()",
    "object.__new__(object)",
    "super().__init__(**dag)",
    "dag(dag)(dag)",
    "dag @ dag",
    "not dag",
    "-dag",
    "dag[0]",
    "dag < dag",
    "a.b.c.d",
)
STATEMENTS = (
    "while True: pass",
    "while True:\n    dag >> dag",
    "raise ValueError",
    "raise",
    "return",
    "yield",
    "break",
    "del dag",
    "global dag",
    "nonlocal x",
    "from . import *",
    "from .... import x",
    "from os import *",
    "import a.b.c as dag",
    "assert False, dag",
    "x: dag = dag",
    "with dag as (a, *b): pass",
    "for dag.x in dag: pass",
    "for a, (b, *c) in [(1, (2, 3))]: pass",
    "try: x\nexcept* A: pass",
    "match dag:\n    case {'a': [1, *x], **y}: pass\n    case _: pass",
    "class dag(dag, metaclass=dag): dag = dag",
    "dag = dag",
    "def dag(): return dag()",
    "@dag\ndef dag(dag=dag): pass",
    "async def f():\n    async with a as b: await c",
    "a = b = c, *d = dag",
    "dag += dag",
    "dag[0:1] = dag",
    "dag.a.b = dag",
    "globals()['x'] = dag",
    "globals().update({'d': dag})",
    "for i in range(10**9): DAG(f'd{i}')",
    "for i in range(300): DAG(f'd{i}')",
    "exec('import os')",
    "class A:\n    def __init__(self): self()\nA()",
    "def f(x=[]):\n    x.append(f)\n    return f(x)\nf()",
    "if unknown:\n    dag = None\nelse:\n    del dag",
    "import dag; dag.dag()",
    "def g():\n    while True: yield g()\nlist(g())",
    "class P:\n    @property\n    def p(self): return self.p\nP().p",
    "x = []\nx += [x]\nstr(x)",
)


def mutant(rng: random.Random, texts: Sequence[bytes], mark: str) -> bytes:
    """One mutant of one of these texts. `mark` is a file that the mutant would create if it were run."""
    data = rng.choice(texts)
    if rng.random() < 0.5:
        data = _with_canary(rng, data, mark)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        data = rng.choices(MUTATIONS, WEIGHTS)[0](rng, data, texts)
    return data[:300_000]


def _with_canary(rng: random.Random, data: bytes, mark: str) -> bytes:
    line = f"open({mark!r}, 'w').close(); __import__('os').mkdir({mark + '.d'!r})"
    try:
        tree = _parse(data)
    except (SyntaxError, ValueError):
        return line.encode() + b"\n" + data
    block = rng.choice(_blocks(tree))
    block.insert(rng.randint(0, len(block)), ast.parse(line).body[0])
    return _text(tree, data)


# ---- bytes
def truncated(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """Its beginning, or its end."""
    at = rng.randrange(len(data) + 1)
    return data[:at] if rng.random() < 0.8 else data[at:]


def stained(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """With strange bytes."""
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(BITS) + data[at + rng.randint(0, 2) :]


def encoded(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """In another encoding, with or without saying so."""
    way = rng.randrange(4)
    if way == 0:
        return rng.choice(BOMS) + data
    if way == 1:
        return data.decode(errors="replace").encode(rng.choice(ENCODINGS), errors="replace")
    cookie = f"# -*- coding: {rng.choice(COOKIES)} -*-\n".encode()
    body = data if way == 2 else data.decode(errors="replace").encode(rng.choice(ENCODINGS), errors="replace")
    return cookie + body


# ---- lines and tokens
def relined(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """Lines deleted, doubled, moved, indented."""
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    first = rng.randrange(len(lines))
    last = min(len(lines), first + rng.choice((1, 1, 2, 5, 20)))
    part, rest = lines[first:last], lines[:first] + lines[last:]
    way = rng.randrange(4)
    if way == 0:
        return b"".join(rest)
    if way == 1:
        return b"".join(lines[:last] + part * rng.choice((1, 1, 50)) + lines[last:])
    if way == 2:
        at = rng.randrange(len(rest) + 1)
        return b"".join(rest[:at] + part + rest[at:])
    return b"".join(lines[:first] + [b"    " + line for line in part] + lines[last:])


def retokened(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """Tokens deleted, doubled, swapped, replaced."""
    tokens = _tokens(data)
    if len(tokens) < 2:
        return data
    for _ in range(rng.choice((1, 1, 2, 4))):
        one, other = rng.randrange(len(tokens)), rng.randrange(len(tokens))
        way = rng.randrange(4)
        if way == 0:
            tokens[one] = ""
        elif way == 1:
            tokens[one] *= rng.choice((2, 2, 3, 500))
        elif way == 2:
            tokens[one], tokens[other] = tokens[other], tokens[one]
        else:
            tokens[one] = f" {rng.choice(WORDS)} "
    return "".join(tokens).encode(errors="replace")


def spliced(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """The beginning of one file, and the end of another."""
    one, other = data.splitlines(keepends=True), rng.choice(texts).splitlines(keepends=True)
    return b"".join(one[: rng.randrange(len(one) + 1)] + other[rng.randrange(len(other) + 1) :])


def _tokens(data: bytes) -> list[str]:
    """The text in pieces: tokens, and what stands between them."""
    text = data.decode(errors="replace")
    found: list[str] = []
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    done = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            begin = starts[min(token.start[0], len(starts)) - 1] + token.start[1]
            if begin >= done and token.string:
                found += [text[done:begin], token.string]
                done = begin + len(token.string)
    except (tokenize.TokenError, SyntaxError):
        pass
    return [*found, text[done:]]


# ---- trees
def regrown(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """Expressions and statements of the tree replaced, moved, wrapped: the mutant still parses, mostly."""
    try:
        tree = _parse(data)
        for _ in range(rng.choice((1, 2, 3, 6))):
            rng.choice(
                (
                    _other_expression,
                    _other_expression,
                    _other_expression,
                    _other_block,
                    _other_call,
                    _other_name,
                )
            )(rng, tree)
    except (SyntaxError, ValueError, RecursionError):
        return retokened(rng, data, texts)
    return _text(tree, data)


def _parse(data: bytes) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(data)


def _text(tree: ast.Module, before: bytes) -> bytes:
    try:
        return ast.unparse(ast.fix_missing_locations(tree)).encode(errors="surrogatepass")
    except (ValueError, TypeError, AttributeError, RecursionError):  # no Python has such a tree
        return before


def _slots(tree: ast.Module) -> list[tuple[ast.AST, str, int | None]]:
    """Where expressions stand: node, field, and index in a list."""
    found: list[tuple[ast.AST, str, int | None]] = []
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                found.append((node, name, None))
            elif isinstance(value, list):
                found += [(node, name, i) for i, item in enumerate(value) if isinstance(item, ast.expr)]
    return found


def _get(slot: tuple[ast.AST, str, int | None]) -> ast.expr:
    node, name, index = slot
    value = getattr(node, name)
    found: ast.expr = value if index is None else value[index]
    return found


def _set(slot: tuple[ast.AST, str, int | None], value: ast.expr) -> None:
    node, name, index = slot
    if index is None:
        setattr(node, name, value)
    else:
        getattr(node, name)[index] = value


def _other_expression(rng: random.Random, tree: ast.Module) -> None:
    slots = _slots(tree)
    if not slots:
        return
    slot = rng.choice(slots)
    if rng.random() < 0.6:
        _set(slot, ast.parse(rng.choice(EXPRESSIONS), mode="eval").body)
    else:
        _set(slot, _copy(_get(rng.choice(slots))))


def _copy(node: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(node), mode="eval").body


def _blocks(tree: ast.Module) -> list[list[ast.stmt]]:
    fields = ("body", "orelse", "finalbody")
    found = (getattr(node, name, None) for node in ast.walk(tree) for name in fields)
    return [block for block in found if isinstance(block, list)]


def _other_block(rng: random.Random, tree: ast.Module) -> None:
    blocks = [block for block in _blocks(tree) if block]
    if not blocks:
        return
    block = rng.choice(blocks)
    at = rng.randrange(len(block))
    way = rng.randrange(5)
    if way == 0 and len(block) > 1:
        del block[at]
    elif way == 1:
        block[at:at] = ast.parse(rng.choice(STATEMENTS)).body
    elif way == 2:
        other = rng.choice(blocks)
        other.insert(rng.randrange(len(other) + 1), ast.parse(ast.unparse(block[at])).body[0])
    else:
        block[at] = rng.choice(WRAPS)(block[at])


def _wrap(text: str) -> Callable[[ast.stmt], ast.stmt]:
    """The statement inside of this one, in the place of its `pass`."""

    def wrap(inner: ast.stmt) -> ast.stmt:
        outer = ast.parse(text).body[0]
        for block in _blocks(ast.Module([outer], [])):
            if isinstance(block[0] if block else None, ast.Pass):
                block[0] = inner
                break
        return outer

    return wrap


WRAPS = [
    _wrap(text)
    for text in (
        "if unknown: pass",
        "while True: pass",
        "for i in range(1000): pass",
        "for i in unknown: pass",
        "for i in [1, 2]: pass",
        "def f(): pass",
        "def f(*a, **k):\n    pass\n    yield",
        "class A: pass",
        "try: pass\nexcept Exception: x",
        "try: x\nfinally: pass",
        "with unknown() as x: pass",
        "with dag: pass",
        "async def f(): pass",
        "if False: pass",
    )
]


def _other_call(rng: random.Random, tree: ast.Module) -> None:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if not calls:
        return
    call = rng.choice(calls)
    way = rng.randrange(5)
    if way == 0:
        call.keywords = call.keywords[1:]
    elif way == 1:
        call.args = [
            *call.args,
            ast.Starred(ast.parse(rng.choice(EXPRESSIONS), mode="eval").body, ast.Load()),
        ]
    elif way == 2:
        call.keywords = [
            *call.keywords,
            ast.keyword(None, ast.parse(rng.choice(EXPRESSIONS), mode="eval").body),
        ]
    elif way == 3 and call.keywords:
        rng.choice(call.keywords).value = ast.parse(rng.choice(EXPRESSIONS), mode="eval").body
    else:
        call.func = _copy(rng.choice(calls).func)


def _other_name(rng: random.Random, tree: ast.Module) -> None:
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    if names:
        rng.choice(names).id = rng.choice(names).id


MUTATIONS: tuple[Mutation, ...] = (regrown, retokened, relined, spliced, truncated, stained, encoded)
WEIGHTS = (50, 18, 12, 6, 4, 5, 5)
