"""Files that are made to take a reader down: too deep, too long, too many, endless. Each has a name."""

from collections.abc import Callable, Iterator

HEAD = (
    "import json, os, re, yaml\nfrom datetime import datetime, timedelta\nfrom itertools import chain as each, count, product\n"
    "from pathlib import Path\nfrom airflow import DAG\nfrom airflow.decorators import dag, task, task_group\n"
    "from airflow.models.baseoperator import chain, cross_downstream\nfrom airflow.operators.bash import BashOperator\n"
    "from airflow.operators.empty import EmptyOperator\nfrom airflow.utils.task_group import TaskGroup\n"
)
N = 10_000  # how deep, or how long
MILLION = 1_000_000


def bombs() -> Iterator[tuple[str, bytes]]:
    """Name and text of each."""
    for kind, table in (
        ("deep", _deep()),
        ("wide", _wide()),
        ("endless", ENDLESS),
        ("value", VALUES),
        ("airflow", AIRFLOW),
    ):
        for name, body in table.items():
            yield f"{kind}_{name}", (HEAD + body + "\n").encode()
    for name, data in RAW.items():
        yield f"raw_{name}", data


def _around(before: str, inner: str, after: str) -> str:
    return before * N + inner + after * N


def _blocks(head: Callable[[int], str], depth: int) -> str:
    return "".join(" " * i + head(i) + "\n" for i in range(depth)) + " " * depth + "pass"


def _deep() -> dict[str, str]:
    return {
        "parentheses": "x = " + _around("(", "1", ")"),
        "lists": "x = " + _around("[", "", "]"),
        "tuples": "x = " + _around("(", "", ",)"),
        "dicts": "x = " + _around("{1: ", "1", "}"),
        "minus": "x = " + "-" * N + "1",
        "not": "x = " + "not " * N + "1",
        "await": "async def f(): " + "await " * N + "x",
        "attributes": "x = a" + ".b" * N,
        "attributes of a DAG": "d = DAG('d')\nx = d" + ".dag" * N,
        "calls": "x = " + _around("a(", "", ")"),
        "calls in a row": "x = a" + "()" * N,
        "subscripts": "x = a" + "[0]" * N,
        "subscripts inside": "x = " + _around("a[", "0", "]"),
        "str calls": "x = " + "str(" * 150 + "1" + ")" * 150,
        "lambdas": "x = " + "lambda: " * N + "1",
        "lambdas called": "x = " + "(lambda: " * 90 + "1" + ")()" * 90,
        "ternaries": "x = " + "1 if a else " * N + "1",
        "ternaries inside": "x = " + "(1 if a else " * 150 + "1" + ")" * 150,
        "plus": "x = 1" + " + 1" * N,
        "plus of texts": "x = 'a'" + " + 'a'" * N,
        "plus of lists": "x = [1]" + " + [1]" * N,
        "power": "x = 1" + " ** 1" * N,
        "and": "x = 1" + " and 1" * N,
        "comparison": "x = 1" + " < 1" * N,
        "f-strings": "x = " + "f'{" * 100 + "1" + "}'" * 100,
        "f-string specs": "x = f'{1:{2}}'\ny = f'" + "{1:" * 30 + "}" * 30 + "'",
        "string parts": "x = " + "'a' " * N,
        "f-string parts": "x = " + "f'{a}' " * N,
        "elif": "if a: pass\n" + "".join(f"elif a == {i}: x = {i}\n" for i in range(N)),
        "elif 900": "if a: x = 0\n" + "".join(f"elif a == {i}: DAG(f'd{i}')\n" for i in range(900)),
        "functions": _blocks(lambda i: f"def f{i}():", 99),
        "classes": _blocks(lambda i: f"class A{i}:", 99),
        "with": _blocks(lambda i: f"with DAG('d{i}'):", 19),
        "with 99": _blocks(lambda i: "with a:", 99),
        "for": _blocks(lambda i: f"for i{i} in (1, 2):", 19),
        "for in doubt": _blocks(lambda i: f"for i{i} in unknown:", 19),
        "while": _blocks(lambda i: "while unknown:", 19),
        "if": _blocks(lambda i: "if unknown:", 99),
        "try": "".join(" " * i + "try:\n" for i in range(19))
        + " " * 19
        + "x()\n"
        + "".join(" " * i + "except A: pass\n" for i in reversed(range(19))),
        "decorators": "@task\n" * N + "def f(): pass",
        "decorators called": "@a.b(c)\n" * N + "def f(): pass",
        "shifts": "with DAG('d'):\n    a = EmptyOperator(task_id='a')\n    b = EmptyOperator(task_id='b')\n    a"
        + " >> b" * N,
        "shifts 800": "with DAG('d'):\n    t = [EmptyOperator(task_id=f't{i}') for i in range(801)]\n    t[0]"
        + "".join(f" >> t[{i}]" for i in range(1, 801)),
        "comprehensions": "x = " + "[y for y in " * 150 + "[1]" + "]" * 150,
        "task groups": "with DAG('d'):\n"
        + "".join("    " * (i + 1) + f"with TaskGroup('g{i}'):\n" for i in range(18))
        + "    " * 19
        + "EmptyOperator(task_id='a')",
        "class chain": "class A0: pass\n"
        + "".join(f"class A{i + 1}(A{i}): pass\n" for i in range(3000))
        + "A3000().x",
        "function chain": "def f0(): return 1\n"
        + "".join(f"def f{i + 1}(): return f{i}()\n" for i in range(3000))
        + "f3000()",
        "closures": "f = lambda: 1\nfor i in range(5000):\n    g = f\n    f = lambda g=g: g()\nf()",
        "partials": "from functools import partial\nf = lambda: 1\nfor i in range(9000): f = partial(f)\nf()",
        "iterators": "x = iter([1])\nfor i in range(5000): x = map(str, x)\nlist(x)",
        "chained iterators": "x = [1]\nfor i in range(5000): x = each(x, [1])\nlist(x)",
        "maps": "x = {1: 2}\nfor i in range(5000): x = {**x, 'x': x}\nDAG('d', params=x)",
        "match": "match a:\n case " + _around("[", "", "]") + ": pass",
        "type aliases": "def f(x: " + _around("A[", "B", "]") + "): pass",
        "patterns": "match a:\n" + "".join(f"    case {i}: x = {i}\n" for i in range(N)),
        "stars": "x = " + "[*" * 150 + "[]" + "]" * 150,
        "walrus": "x = " + "".join(f"(y{i} := " for i in range(150)) + "1" + ")" * 150,
        "yield from": "def f0():\n    yield 1\n"
        + "".join(f"def f{i + 1}():\n    yield from f{i}()\n" for i in range(2000))
        + "list(f2000())",
    }


def _wide() -> dict[str, str]:
    return {
        "list": "x = [" + "1," * MILLION + "]",
        "dict": "x = {" + "".join(f"{i}:1," for i in range(200_000)) + "}",
        "text": "x = '" + "a" * 1_900_000 + "'",
        "line": "x = 1 #" + "#" * 1_900_000,
        "doc": '"""' + "{{ ds }}" * 200_000 + '"""\nDAG("d", doc_md=__doc__)',
        "integer": "x = " + "9" * 4000 + "\ny = 0x" + "f" * MILLION,
        "integer of too many digits": "x = " + "9" * 100_000,
        "float": "x = " + "9" * 4000 + ".0\ny = 1e" + "9" * 4000,
        "name": "a" * MILLION + " = 1\nDAG('" + "d" * MILLION + "')",
        "names": "\n".join(f"a{i} = {i}" for i in range(60_000)),
        "statements": "x;" * 400_000,
        "blank lines": "\n" * 1_500_000,
        "assignments": "x = " * 50_000 + "1",
        "arguments": "f(" + "1," * 300_000 + ")",
        "keywords": "f(" + ",".join(f"a{i}=1" for i in range(100_000)) + ")",
        "parameters": "def f(" + ",".join(f"a{i}=1" for i in range(100_000)) + "): pass\nf()",
        "functions": "\n".join(f"def f{i}(): pass" for i in range(60_000)),
        "imports": "\n".join(f"import a{i}" for i in range(60_000)),
        "imports from": "from a import (" + ",".join(f"b{i}" for i in range(100_000)) + ")",
        "tasks": "with DAG('d'):\n" + "".join(f"    EmptyOperator(task_id='t{i}')\n" for i in range(20_000)),
        "DAGs": "\n".join(f"d{i} = DAG('d{i}')" for i in range(10_000)),
        "template": "with DAG('d'):\n    BashOperator(task_id='a', bash_command='"
        + "{{ ds }}" * 100_000
        + "')",
        "template nested": "with DAG('d'):\n    BashOperator(task_id='a', bash_command='{{ "
        + "(" * 5000
        + ")" * 5000
        + " }}')",
        "template blocks": "with DAG('d'):\n    BashOperator(task_id='a', bash_command='"
        + "{% if a %}" * 5000
        + "{% endif %}" * 5000
        + "')",
        "template filters": "with DAG('d'):\n    BashOperator(task_id='a', bash_command='{{ a"
        + " | f" * 20_000
        + " }}')",
        "template power": "with DAG('d'):\n    BashOperator(task_id='a', bash_command='{{ 9 ** 9 ** 9 }}{{ [0] * 10 ** 10 }}{{ range(10 ** 12) | list }}')",
        "cron": "DAG('d', schedule='" + "1," * 100_000 + "1 * * * *')",
        "crons": "DAG('d', schedule='0-59/1,0-59/1 " + "* " * 100_000 + "')",
        "arguments of a task": "with DAG('d'):\n    BashOperator(task_id='a', "
        + ",".join(f"a{i}={i}" for i in range(20_000))
        + ")",
        "secrets": "with DAG('d', description='"
        + "token=" * 30_000
        + "x', tags=['"
        + "password" * 20_000
        + "']): BashOperator(task_id='a')",
        "addresses": "DAG('d', description='" + "a://" * 100_000 + "', tags=['" + "a" * 200_000 + "://x:y'])",
        "quotes": "DAG('d', description='password=\\'" + "\\'\\\"" * 100_000 + "')",
        "suppressions": "DAG('d') # migrate: ignore[" + "SC001," * 100_000 + "] x",
        "comments": "# migrate: ignore[" * 100_000,
        "backslashes": "x = 1 + \\\n" * 100_000 + "1",
        "dots": "from " + "." * 100_000 + " import x",
        "dotted": "import " + "a." * 50_000 + "b",
        "globals": "global " + ",".join(f"a{i}" for i in range(100_000)),
        "targets": ",".join("a" for _ in range(300_000)) + " = x",
        "stars": "print(" + "*a," * 100_000 + ")",
        "excepts": "try: pass\n" + "except A: pass\n" * 60_000,
    }


ENDLESS = {
    "while": "while True: pass",
    "while with tasks": "d = DAG('d')\nwhile True: EmptyOperator(task_id='a', dag=d)",
    "while in doubt": "while unknown(): DAG(unknown())",
    "range": "for i in range(10**12): pass",
    "ranges": "for i in range(10**6):\n    for j in range(10**6): i * j",
    "range in doubt": "for i in range(unknown): DAG(f'd{i}')",
    "count": "for i in count(): DAG(f'd{i}')",
    "count listed": "list(count()); sum(count()); max(count()); sorted(count()); tuple(zip(count(), count())); [*count()]; dict(enumerate(count()))",
    "product": "list(product(range(1000), repeat=10)); list(product(*[range(1000)] * 9))",
    "iter": "for x in iter(int, 1): pass",
    "generator": "def g():\n    while True: yield 1\nfor x in g(): pass",
    "generator listed": "def g():\n    while True: yield 1\nlist(g()); sum(g()); 5 in g(); [x for x in g()]; dict(zip(g(), g())); ''.join(g())",
    "generator of itself": "def g():\n    yield from g()\nlist(g())",
    "generator that grows": "def g(x):\n    yield x\n    yield from g(x + x)\nlist(g([1]))",
    "recursion": "def f(): return f()\nf()",
    "mutual recursion": "def f(n): return g(n + 1)\ndef g(n): return f(n + 1)\nf(0)",
    "recursive lambda": "f = lambda: f()\nf()",
    "Y combinator": "(lambda x: x(x))(lambda x: x(x))",
    "ackermann": "def a(m, n): return n + 1 if m == 0 else a(m - 1, 1) if n == 0 else a(m - 1, a(m, n - 1))\na(4, 4)",
    "fibonacci": "def f(n): return n if n < 2 else f(n - 1) + f(n - 2)\nf(40)",
    "recursive comprehension": "def f(x): return [f(x) for x in [1, 2]]\nf(1)",
    "recursive property": "class A:\n    @property\n    def p(self): return self.p\nA().p",
    "recursive getattr": "class A:\n    def __getattr__(self, name): return getattr(self, name + name)\nA().x",
    "recursive init": "class A:\n    def __init__(self): A()\nA()",
    "recursive call": "class A:\n    def __call__(self): return self()\nA()()",
    "recursive str": "class A:\n    def __str__(self): return str(self)\n    __repr__ = __str__\nf'{A()}'; str(A()); '%s' % A(); DAG(str(A()))",
    "recursive eq": "class A:\n    def __eq__(self, o): return self == o\n    def __hash__(self): return hash(self)\n    def __lt__(self, o): return self < o\nA() == A(); {A(): 1}; sorted([A(), A()])",
    "recursive iter": "class A:\n    def __iter__(self): return iter(self)\n    def __len__(self): return len(self)\n    def __bool__(self): return bool(self)\nlist(A()); len(A()); bool(A())",
    "recursive rshift": "class A:\n    def __rshift__(self, o): return self >> o\n    __rrshift__ = __rshift__\nA() >> A(); EmptyOperator(task_id='a') >> A()",
    "recursive decorator": "def d(f): return d(d)(f)\n@d\ndef x(): pass",
    "recursive task": "@task\ndef t(): return t()\nwith DAG('d'): t()",
    "recursive group": "@task_group\ndef g(): g()\nwith DAG('d'): g()",
    "recursive dag": "@dag()\ndef d(): d()\nd()",
    "recursive context": "from contextlib import contextmanager\n@contextmanager\ndef c():\n    with c(): yield\nwith c(): pass",
    "recursive class": "class A:\n    a = property(lambda self: A().a)\nA().a",
    "recursive default": "def f(x=None): return f(x or [x])\nf()",
    "metaclass": "class M(type):\n    def __call__(c): return c()\nclass A(metaclass=M): pass\nA()",
    "bases in a circle": "class A: pass\nclass B(A): pass\nA.__bases__ = (B,)\nclass A(B): pass\nclass B(A): pass\nB().x",
    "import of itself": "import endless_import_of_itself\nfrom endless_import_of_itself import *\nfrom . import endless_import_of_itself",
    "reduce": "from functools import reduce\nreduce(lambda a, b: a + a, range(10**6), [1])",
    "sort": "sorted(range(10**5), key=lambda x: sorted(range(10**5)))",
    "list that grows": "x = [1]\nfor i in x: x.append(i)",
    "dict that grows": "x = {1: 1}\nfor i in x: x[i + 1] = 1",
    "while not": "x = 0\nwhile x != 1: x -= 1",
    "regular expression": "re.match('(a+)+$', 'a' * 50 + 'b'); re.sub(r'(x+x+)+y', '', 'x' * 60); re.compile('(?:' * 5000)",
    "sleep": "import time\ntime.sleep(10**9); input(); os.kill(os.getpid(), 9); os._exit(1); exit(); quit()",
    "exec": "exec('while True: pass'); eval('f()'); compile('(' * 999, '', 'exec')",
}

VALUES = {
    "list doubles": "x = [1]\nfor i in range(200): x = x + x",
    "list doubles itself": "x = [1]\nfor i in range(200): x += x",
    "list extends itself": "x = [1]\nfor i in range(200): x.extend(x)",
    "text doubles": "x = 'a'\nfor i in range(200): x = f'{x}{x}'",
    "text joined": "x = 'a'\nfor i in range(200): x = x.join([x] * 9)",
    "text replaced": "x = 'a'\nfor i in range(200): x = x.replace('a', 'aa')",
    "text formatted": "x = '%s%s'\nfor i in range(200): x = x % (x, x)",
    "text translated": "'a'.expandtabs(10**10); '\\t'.expandtabs(10**10); 'a'.zfill(10**10); 'a'.center(10**10); 'a'.rjust(10**10)",
    "bytes": "x = b'a' * 10**10; bytes(10**10); bytearray(10**10); b'%*d' % (10**9, 1)",
    "times": "'a' * 10**9; [1] * 10**9; (1,) * 10**9; 10**9 * [[]]; [0] * -1",
    "shift": "1 << 10**10; 2 ** 10**10; pow(2, 10**10); pow(7, 10**10, 13); int('9' * 4000) ** 999; 10 ** -10**10",
    "factorial": "x = 1\nfor i in range(1, 10**6): x = x * i",
    "squares": "x = 10\nfor i in range(200): x = x * x",
    "division": "1 / 0; 1 // 0; 1 % 0; 1.0 / 0; divmod(1, 0); 10**400 / 3; float(10**400); int(1e999); round(1e999); 0.0 ** -1; 1e308 * 10; (-1) ** 0.5",
    "width": "'%1000000000d' % 1; f'{1:>1000000000}'; f'{1:.1000000000f}'; '{:1000000000}'.format(1); '{:{}}'.format(1, 10**9); format(1, '1000000000'); '%.*f' % (10**9, 1)",
    "nested width": "f'{1:{10**9}}'; '{0:{1}}'.format('a', 10**9); '{0[0][0]}'.format([[1]]); '{0.__class__.__mro__}'.format(1); '%(a)1000000000s' % {'a': 1}",
    "splits": "('a,' * 400_000).split(','); ('a\\n' * 400_000).splitlines(); list('a' * 900_000)",
    "shared": "x = [1]\nfor i in range(99): x = [x, x]\nstr(x); x == [x]; hash(tuple(x)); json.dumps(x); sorted(x); DAG('d', params={'x': x}, tags=x, default_args={'a': x})",
    "shared tuples": "x = (1,)\nfor i in range(99): x = (x, x)\n{x: 1}; {x}; x in [x]; f'{x}'; '%s' % x; DAG(x, schedule=x, start_date=x, description=x)",
    "shared dicts": "x = {}\nfor i in range(99): x = {'a': x, 'b': x}\nwith DAG('d', default_args=x, params=x): BashOperator(task_id='a', bash_command='x', env=x, params=x)",
    "shared in a task": "x = ['{{ ds }}']\nfor i in range(60): x = [x, x]\nwith DAG('d'): BashOperator(task_id='a', bash_command='x', env={'A': x}, op_args=x, outlets=x)",
    "in itself": "x = []\nx.append(x)\nd = {}\nd['d'] = d\nstr(x); str(d); x == x; x < x; json.dumps(d); sorted(x); DAG('d', default_args=d, params=d, tags=x, schedule=x)\nx >> x\nchain(*x)",
    "in itself in a task": "d = {}\nd['d'] = d\nl = [d]\nl.append(l)\nwith DAG('d'): BashOperator(task_id='a', bash_command=l, env=d, params=d, inlets=l, outlets=l) >> l",
    "instance in itself": "class A: pass\na = A()\na.a = a\nA.a = A\nstr(a); DAG(a, tags=[a]); BashOperator(task_id=a, env={'a': a})",
    "slices": "x = list(range(99999))\nx[::-1][::2][10**20:-10**20:3]; x[::0]; 'a'[10**30]; range(10**30)[10**29]; len(range(10**30)); range(10**30)[::7]; sum(range(10**30)); 5 in range(10**30); list(range(10**30))",
    "sets": "x = {1}\nfor i in range(200): x = x | {i * j for j in range(99)}",
    "enumerations": "list(enumerate('a' * 900_000)); list(zip(*['a' * 900_000] * 99)); dict.fromkeys(range(10**9)); sum([[1]] * 50_000, [])",
    "sort": "sorted([1, 'a', None, [], {}, DAG, float('nan')]); max(1, 'a'); min([]); sorted([DAG('a'), DAG('b')]); [DAG('a')] < [1]",
    "surrogates": "DAG('\\ud800', description='\\udfff', tags=['\\ud83d'], doc_md='\\x00\\x1b[2J')\nwith DAG('d'): BashOperator(task_id='\\ud800', bash_command='\\ud800')",
    "strange ids": "for name in ('', ' ', '\\n', '\\x00', '../../x', 'a/b', 'a' * 9999, '\\u202e', '{{ x }}', '%s', '<script>', '__init__', 'None', '\\x1b[31m'):\n    with DAG(name): EmptyOperator(task_id=name)",
    "dates": "DAG('a', start_date=datetime(9999, 12, 31) + timedelta(days=9)); DAG('b', start_date=datetime.min - timedelta(1)); DAG('c', schedule=timedelta(microseconds=1)); DAG('e', schedule=timedelta(0)); DAG('f', schedule=-timedelta(days=9**6)); timedelta(10**30); datetime(1, 1, 1).replace(year=0); datetime.fromtimestamp(10**30); datetime.strptime('x', '%Q')",
    "floats": "nan = float('nan'); inf = float('inf')\nDAG('d', params={'a': nan, 'b': inf, nan: nan}, tags=[nan])\nwith DAG('e', default_args={'retries': nan}): BashOperator(task_id='a', retries=inf, retry_delay=timedelta(seconds=inf), priority_weight=-inf)",
    "round": "round(10**400, -10**9); round(1.5, 10**9); round(1, -10**9); int(10**400); bin(10**4000); hex(1 << 19_000); str(1 << 19_000); int('1' * 5000); int('z' * 9999, 36); chr(-1); chr(10**9); ord('')",
    "dict keys": "{[]: 1}; {{}: 1}; {DAG('d'): 1}[1]; {unknown: 1, unknown: 2}; dict([(1,)]); dict(1); dict(**{1: 2}); {**[]}; x = {}; x[[]] = 1",
    "yaml": "yaml.safe_load('a: &a [x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\\nf: [*e,*e,*e,*e,*e,*e,*e,*e]')",
    "yaml in itself": "x = yaml.safe_load('&a [*a]')\nfor y in x: DAG(str(y), tags=y)",
    "yaml strange": "for t in ('!!python/object/apply:os.system [x]', '{' * 9999, '- ' * 9999, '? ' * 9999, '&a ' * 99, '!!binary x', '!!timestamp 9', '2001-99-99', '.inf', '<<: 1', '!!set {a}', '[' * 800 + ']' * 800, '1_0:60:60', '0o9', '!!float x', '\\ta', '%YAML 9.9\\n---\\na', '--- a\\n--- b'): yaml.safe_load(t)",
    "json strange": "for t in ('[' * 99999, '{\"a\":' * 9999, '1' * 99999, '1e999999', 'NaN', '\"\\\\ud800\"', '', '[1,', '-', '\\ufeff[]'): json.loads(t)",
    "files": "for p in ('/dev/zero', '/dev/stdin', '/proc/self/mem', '/etc/passwd', '../x', '..', '.', '', '\\x00', 'a' * 9999, '~/.ssh/id_rsa', 'fifo', 'socket', 'link', 'huge.json', 'bomb.yaml', 'deep.json'):\n    for f in (p, Path(__file__).parent / p, os.path.join(os.path.dirname(__file__), p)):\n        for name in json.load(open(f)): DAG(name)\n        for name in yaml.safe_load(open(f)): DAG(name)\n        open(f).read(); Path(f).read_text(); Path(f).exists(); os.listdir(f); list(Path(f).glob('**/*')); Path(f).resolve(); list(Path(f).iterdir())",
    "files read": "HERE = Path(__file__).parent\nfor name in ('deep.json', 'bomb.yaml', 'huge.json', 'deep.yaml', 'wide.json'):\n    try: x = json.loads((HERE / name).read_text())\n    except Exception: x = yaml.safe_load((HERE / name).read_text())\n    for i in x: DAG(str(i), tags=[i], params={'x': i})",
    "exceptions": "try:\n    raise ValueError\nexcept ValueError as e:\n    raise e\nfinally:\n    raise\nraise RecursionError; raise MemoryError; raise SystemExit; raise KeyboardInterrupt; raise unknown; raise 1; raise DAG('d')",
}

AIRFLOW = {
    "100k tasks": "with DAG('d'):\n    for i in range(100_000): EmptyOperator(task_id=f't{i}')",
    "5k tasks in a row": "with DAG('d'):\n    chain(*[EmptyOperator(task_id=f't{i}') for i in range(5_000)])",
    "chain of 10k": "with DAG('d'):\n    t = [EmptyOperator(task_id=f't{i}') for i in range(10_000)]\n    chain(*t)",
    "chain of lists": "with DAG('d'):\n    t = [[EmptyOperator(task_id=f't{i}_{j}') for i in range(99)] for j in range(9)]\n    chain(*t)",
    "all to all": "with DAG('d'):\n    a = [EmptyOperator(task_id=f'a{i}') for i in range(1500)]\n    b = [EmptyOperator(task_id=f'b{i}') for i in range(1500)]\n    cross_downstream(a, b)\n    for x in a: x >> b",
    "cross downstream": "with DAG('d'):\n    cross_downstream([EmptyOperator(task_id=f'a{i}') for i in range(10**9)], [EmptyOperator(task_id=f'b{i}') for i in range(10**9)])",
    "cross downstream of one": "with DAG('d'):\n    a = EmptyOperator(task_id='a')\n    cross_downstream([a] * 10**9, [a] * 10**9); cross_downstream([a] * 50_000, [a] * 50_000)",
    "cycle": "with DAG('d'):\n    a = EmptyOperator(task_id='a')\n    b = EmptyOperator(task_id='b')\n    a >> b >> a >> a\n    chain(a, b, a)",
    "cycle of 3k": "with DAG('d'):\n    t = [EmptyOperator(task_id=f't{i}') for i in range(3_000)]\n    chain(*t, t[0])",
    "10k DAGs": "for i in range(10_000):\n    with DAG(f'd{i}') as globals()[f'd{i}']: EmptyOperator(task_id='a')",
    "2k DAGs": "for i in range(2_000): globals()[f'd{i}'] = DAG(f'd{i}')",
    "dict of tasks": "with DAG('d'):\n    t = {i: EmptyOperator(task_id=f't{i}') for i in range(20_000)}\n    for i in t: t[i] >> t[19_999 - i]",
    "groups in groups": "def g(n):\n    with TaskGroup(f'g{n}'):\n        EmptyOperator(task_id='a')\n        if n < 50: g(n + 1)\nwith DAG('d'): g(0)",
    "groups to groups": "with DAG('d'):\n    gs = []\n    for i in range(60):\n        with TaskGroup(f'g{i}') as g:\n            for j in range(20): EmptyOperator(task_id=f't{j}')\n        gs.append(g)\n    chain(*gs)\n    for g in gs[1:]: gs[0] >> g",
    "group in itself": "with DAG('d'):\n    with TaskGroup('g') as g:\n        g >> g\n        with g: g >> EmptyOperator(task_id='a') >> g",
    "mapped": "@task\ndef f(x): return x\nwith DAG('d'):\n    x = f.expand(x=range(10**9))\n    for i in range(500): x = f.expand(x=x)\n    f.expand(x=x.map(lambda y: y).zip(x, x).concat(x))\n    f.partial().partial().expand().expand_kwargs([{}] * 99_999)",
    "taskflow fan": "@task\ndef f(*x): return x\nwith DAG('d'):\n    x = f()\n    for i in range(300): x = f(x, x, [x, {i: x}])",
    "taskflow shared": "@task\ndef f(x): return x\nwith DAG('d'):\n    x = f(1)\n    for i in range(60): x = [x, x]\n    f(x) >> x",
    "same id": "with DAG('d'):\n    for i in range(5_000): EmptyOperator(task_id='same')\n    for i in range(5_000):\n        with TaskGroup('g'): pass",
    "dag of dag": "d = DAG(DAG(DAG('d')), dag=DAG, default_args=DAG, schedule=[DAG], tags=DAG)\nwith d as d, d, d: EmptyOperator(task_id=d, dag=d) >> d",
    "default args": "x = {}\nfor i in range(50_000): x[f'a{i}'] = i\nwith DAG('d', default_args=x):\n    for i in range(300): BashOperator(task_id=f't{i}', bash_command='x')",
    "datasets": "from airflow.datasets import Dataset\nx = [Dataset(f's3://a/{i}') for i in range(3_000)]\nDAG('d', schedule=x)\ny = x[0]\nfor z in x: y = y | z & y\nDAG('e', schedule=y)\nwith DAG('f'): BashOperator(task_id='a', bash_command='x', inlets=x, outlets=x)",
    "xcoms": "with DAG('d'):\n    for i in range(200): BashOperator(task_id=f't{i}', bash_command='{{ ti.xcom_pull(task_ids=' + str([f't{j}' for j in range(i)]) + ') }}')",
    "names that meet": "for i in range(300):\n    with DAG(f'd-{i}'):\n        for n in ('a-b', 'a_b', 'a.b', 'A.B', 'a__b'): EmptyOperator(task_id=n)",
    "branches": "with DAG('d'):\n    a = EmptyOperator(task_id='a')\n    for i in range(30):\n        if unknown: a = EmptyOperator(task_id=f'x{i}') << a\n        else: a = EmptyOperator(task_id=f'y{i}') << a",
    "doubts": "with DAG('d'):\n    for i in unknown:\n        for j in unknown:\n            with TaskGroup(f'{i}') as g:\n                for k in range(99): EmptyOperator(task_id=f'{j}{k}') >> g",
    "labels": "from airflow.utils.edgemodifier import Label\nwith DAG('d'):\n    EmptyOperator(task_id='a') >> Label('x') >> [] >> Label(None) >> [[[]]] >> None >> EmptyOperator(task_id='b')",
    "setups": "with DAG('d'):\n    t = [EmptyOperator(task_id=f't{i}') for i in range(300)]\n    for x in t:\n        for y in t[:20]: x.as_setup() >> y.as_teardown(setups=t)",
}

RAW = {
    "nothing": b"",
    "null bytes": b"\0" * 100_000,
    "one null byte": b"from airflow import DAG\n\0",
    "line ends": b"\r\r\n\n\r\x0c\x0b from airflow import DAG\r\x0cDAG('d')\r\r\n",
    "no characters": bytes(range(256)) * 1000,
    "BOMs": b"\xef\xbb\xbf\xef\xbb\xbffrom airflow import DAG",
    "UTF-16": "from airflow import DAG\nDAG('d')".encode("utf-16"),
    "cookies": b"# coding: latin-1\n# coding: utf-8\nfrom airflow import DAG\nDAG('\xe9')\n",
    "cookie after BOM": b"\xef\xbb\xbf# coding: latin-1\nfrom airflow import DAG\n",
    "long cookie": b"# coding: " + b"a" * 100_000 + b"\nfrom airflow import DAG\n",
    "two megabytes": b"from airflow import DAG\n" + b"#" * 1_999_970 + b"\n",
    "too large": b"from airflow import DAG\n" + b"#" * 5_000_000,
    "tabs": b"from airflow import DAG\n"
    + b"".join(b"\t" * i + b"if a:\n" for i in range(99))
    + b"\t" * 99
    + b"DAG('d')",
    "indented by one and eight": b"from airflow import DAG\nif a:\n        DAG('d')\n\tDAG('e')\n",
    "continued at the end": b"from airflow import DAG \\",
    "open string": b'from airflow import DAG\nx = """' + b"{{ ds }}\n" * 99_999,
    "open f-string": b"from airflow import DAG\nx = f'{" * 99,
    "strange letters": "from airflow import DAG\nﬁ = ℌ = 𝔡𝔞𝔤 = DAG('\u202ed\u200b\u0301')\nª = º = ſ = 1\n".encode(),
    "bell": b"from airflow import DAG\nDAG('\x07\x1b]0;x\x07')\n",
}
