"""Whatever is wrong with a plan is told with its line, and with the word that was probably meant; never a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from migrator import plan as plans
from migrator.errors import PlanError
from migrator.plan.tree import YamlError, parse, plain

BOMB = "a: &a0 [x, x]\n" + "".join(f"b{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
CHAIN = "a: &a0 [x]\n" + "".join(f"b{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 3000))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "dags:\n  orders:\n    levle: job\n",
            ":3: dags.orders.levle: there is no such key; did you mean level?",
            id="key",
        ),
        pytest.param("dgas: {}\n", ":1: dgas: there is no such key; did you mean dags?", id="key at the top"),
        pytest.param(
            "dags:\n  a:\n    level: assett\n",
            ":3: dags.a.level: 'assett' is not one of asset, job, lift; did you mean asset?",
            id="value",
        ),
        pytest.param(
            "dags:\n  a:\n    tasks:\n      t:\n        layr: x\n",
            ":5: dags.a.tasks.t.layr: there is no such key; did you mean layer?",
            id="key of a task",
        ),
        pytest.param(
            "dags:\n  a:\n    compare:\n      tolerence: {}\n",
            ":4: dags.a.compare.tolerence: there is no such key; did you mean tolerance?",
            id="key of a comparison",
        ),
        pytest.param("dags:\n  a: [x]\n", ":2: dags.a: keys are needed here", id="a list for keys"),
        pytest.param(
            "dags:\n  a:\n    outputs: x\n", ":3: dags.a.outputs: a list is needed", id="a text for a list"
        ),
        pytest.param(
            "sandbox:\n  env:\n    A: True\n",
            ":3: sandbox.env.A: a text is needed: put it in quotes",
            id="a bool for a text",
        ),
        pytest.param("version: 2\n", ":1: version: '2' is not one of 1", id="version"),
        pytest.param(
            "dags:\n  a: {}\n  b: {}\n  a: {}\n", ":4: the key 'a' stands twice, first in line 2", id="twice"
        ),
        pytest.param("dags:\n\ta: {}\n", ":2: a tab", id="tab"),
        pytest.param("dags: [\n", ":2: ", id="unclosed"),
        pytest.param("- a\n- b\n", ":1: a plan has keys", id="a list"),
        pytest.param("words\n", ":1: a plan has keys", id="a text"),
        pytest.param("a: 1\n---\nb: 2\n", ":2: a second document", id="two documents"),
        pytest.param("dags:\n  a: *nothing\n", ":2: ", id="no such anchor"),
        pytest.param("dags: &x\n  a: *x\n", ":2: the alias *x refers to itself", id="a circle"),
        pytest.param("dags: !!python/object:os.system {}\n", ":1: ", id="a tag"),
        pytest.param(
            "dags:\n  a:\n    level: !secret x\n", ":3: the tag !secret means nothing here", id="an own tag"
        ),
        pytest.param("? [a]\n: b\n", ":1: a key that is no text", id="a list as a key"),
        pytest.param("a: 1\nb: \x00\n", ":2: ", id="a null character"),
        pytest.param(BOMB, "aliases make more than", id="a bomb"),
        pytest.param(CHAIN, "more than 64 levels", id="a chain of aliases"),
        pytest.param("[" * 100_000, "more than 64 levels", id="brackets"),
        pytest.param("a: " + "{b: " * 100_000, "more than 64 levels", id="braces"),
        pytest.param("dags:\n  a:\n    <<: 1\n", ":3: << merges mappings", id="a merge of nothing"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "migrate.yaml"
    path.write_text(text)
    with pytest.raises(PlanError) as caught:
        plans.read(path)
    assert str(caught.value).startswith(f"{path}:") and message in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_every_mistake_is_told_and_not_only_the_first(tmp_path: Path) -> None:
    path = tmp_path / "migrate.yaml"
    path.write_text("".join(f"k{i}: 1\n" for i in range(30)))
    with pytest.raises(PlanError) as caught:
        plans.read(path)
    told = str(caught.value).splitlines()
    assert told[1].startswith(f"{path}:2: k1:") and told[-1] == "... and 10 more"


def test_a_mistake_behind_a_merge_is_told_where_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "migrate.yaml"
    path.write_text("dags:\n  a: &a\n    level: assett\n  b:\n    <<: *a\n")
    with pytest.raises(PlanError, match=r":3: dags.a.level(.|\n)*:3: dags.b.level"):
        plans.read(path)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param("dags: # é\n".encode("latin-1"), ":1: not UTF-8: the byte 0xe9", id="latin-1"),
        pytest.param("dags: {}\n".encode("utf-16"), ":1: not UTF-8", id="UTF-16"),
        pytest.param(b"\x00" * 100, ":1: ", id="nulls"),
        pytest.param(b"#" * 40_000_000, "more than 32000000 bytes", id="a file that is no plan"),
    ],
)
def test_a_file_that_is_no_text_is_told(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "migrate.yaml"
    path.write_bytes(data)
    with pytest.raises(PlanError, match=message):
        plans.read(path)


def test_a_folder_or_a_pipe_is_no_plan(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="a folder, not a plan"):
        plans.read(tmp_path)
    with pytest.raises(PlanError, match="not a regular file"):
        plans.read(Path("/dev/zero"))
    with pytest.raises(PlanError, match="No such file"):
        plans.read(tmp_path / "none.yaml")


def test_what_people_write_is_read_as_they_mean_it(tmp_path: Path) -> None:
    path = tmp_path / "migrate.yaml"
    path.write_text(
        "dags:\n  12: {level: job}\n  on: {partitions: none}\n  off:\n  a:\n    tasks: ~\n    level:\n"
        "    conf: {date: 2024-01-03, n: 0x10, x: 1e3, none: null, yes: yes}\n"
    )
    plan = plans.read(path)
    assert plan.dag("12").level == "job" and plan.dag("on").partitions == "none"
    assert plan.dag("off") == plan.dag("not there") and plan.dag("a").tasks == {}
    assert plan.dag("a").conf == {"date": "2024-01-03", "n": 16, "x": 1000.0, "none": None, "yes": "yes"}


@given(
    st.text(alphabet=st.sampled_from("ab:-?[]{},&*!|>'\"%@`#~<\t\n\r \\\x85\u2028\ufeff0.é😀"), max_size=60)
)
@example("&a [*a]")
@example("<<: [{a: 1}, *b]")
def test_no_text_does_more_than_raise_an_error(text: str) -> None:
    try:
        plain(parse(text))
    except YamlError as error:
        assert 1 <= error.line <= len(text) + 1


def test_the_command_ends_with_2_and_one_line(tmp_path: Path) -> None:
    (tmp_path / "dag.py").write_text("from airflow import DAG\ndag = DAG('a')\n")
    (tmp_path / "migrate.yaml").write_text("dags:\n  a:\n    level: jbo\n")
    words = ["scan", str(tmp_path), "--plan", str(tmp_path / "migrate.yaml")]
    done = subprocess.run([sys.executable, "-m", "migrator", *words], capture_output=True, text=True)
    assert done.returncode == 2 and done.stdout == ""
    assert (
        "migrate.yaml:3: dags.a.level: 'jbo' is not one of asset, job, lift; did you mean job?" in done.stderr
    )
