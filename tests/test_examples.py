"""Every example of every operator rule, as a test: `pytest tests/test_examples.py -k bash` runs one rule's."""

import ast
import importlib
import pkgutil
from dataclasses import replace
from datetime import timedelta

import pytest

import migrator.convert.operators as operators
from migrator.convert import tasks
from migrator.convert.ground import Ground
from migrator.convert.registry import Example, rules
from migrator.convert.scope import Setting
from migrator.convert.source import Source
from migrator.convert.starts import Timing
from migrator.ir import (
    Code,
    Cron,
    Dag,
    Dictionary,
    Function,
    Literal,
    Origin,
    Sequence,
    Task,
    Template,
    Unknown,
    Value,
    XCom,
)

MODULES = [f"{operators.__name__}.{m.name}" for m in pkgutil.iter_modules(operators.__path__)]
DAILY = Timing("daily", 'dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")', key_is_ds=True)
CASES = [
    pytest.param(example, id=f"{name.rsplit('.', 1)[-1]}: {example.name}")
    for name in MODULES
    for example in importlib.import_module(name).EXAMPLES
]


def _setting(dag: Dag, example: Example) -> Setting:
    source = Source(example.before)
    return Setting(dag, source, DAILY, Ground(source, [dag]))


def value(node: ast.expr) -> Value:
    if isinstance(node, ast.Dict):
        keys = [k.value for k in node.keys if isinstance(k, ast.Constant)]
        return Dictionary(dict(zip(keys, map(value, node.values), strict=True)))
    if isinstance(node, ast.Name):
        return Function(node.id)
    if isinstance(node, ast.JoinedStr | ast.Call | ast.Lambda):
        return Code(ast.unparse(node), "it depends on a name")
    if isinstance(node, ast.List) and "{{" in ast.unparse(node):
        return Sequence(tuple(map(value, node.elts)))
    found = ast.literal_eval(node)
    return Template(found) if isinstance(found, str) and "{{" in found else Literal(found)


def task_of(text: str) -> Task:
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    known = {name.rsplit(".", 1)[-1]: name for name in sorted(rules())}
    args = {k.arg: value(k.value) for k in call.keywords if k.arg}
    return Task("say", known[call.func.id], Origin("dag.py"), args=args)


@pytest.mark.parametrize("example", CASES)
def test_the_rule_writes_what_its_example_says(example: Example) -> None:
    task = task_of(example.before)
    after = [
        Task(name, task.operator, task.origin, upstream=frozenset({"say"})) for name in example.followers
    ]
    dag = Dag("d", task.origin, schedule=Cron("@daily"), tasks=(task, *after))
    made = tasks.read(task, _setting(dag, example), shared=False)
    assert "\n".join(made.lines) == example.after
    assert tuple(p.code for p in [*made.problems, *made.notes]) == example.findings


ODD: list[Value] = [
    Unknown("nobody knows"),
    Code("clock()", "it reads the clock"),
    XCom("before"),
    Template("{{ ds }}"),
    Function("look"),
    Sequence((Code("DAY", "a name"), Literal(None))),
    Dictionary({"a": Unknown("why")}),
    *map(Literal, (None, True, 0, -1.5, "", "a.sh", b"x", [], ["a", 1], {"a": None}, {1}, timedelta(1))),
]


@pytest.mark.parametrize("example", CASES)
def test_a_rule_does_not_crash_whatever_an_argument_is(example: Example) -> None:
    task = task_of(example.before)
    before = Task("before", task.operator, task.origin)
    for name in task.args:
        for odd in ODD:
            changed = replace(task, args={**task.args, name: odd}, upstream=frozenset({"before"}))
            dag = Dag("d", task.origin, schedule=Cron("@daily"), tasks=(changed, before))
            made = tasks.read(changed, _setting(dag, example), shared=False)
            assert [p.message for p in made.problems if p.code == "OP045"] == [], (name, odd)
            assert made.problems or all(ast.parse(line) for line in made.lines)


@pytest.mark.parametrize("name", MODULES)
def test_every_rule_has_examples_and_says_what_it_does(name: str) -> None:
    module = importlib.import_module(name)
    assert module.EXAMPLES and module.__doc__


def test_an_operator_has_one_rule_only() -> None:
    from migrator.convert.registry import translates

    with pytest.raises(ValueError, match="two rules"):
        translates("airflow.operators.bash.BashOperator")(lambda args, reader: None)
