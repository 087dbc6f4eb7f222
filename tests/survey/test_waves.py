"""The order of a migration, against the definition of it by brute force."""

import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from migrator.survey import waves
from migrator.survey.waves import Head, Link

IDS = [f"dag_{letter}" for letter in "abcdefghij"]
URIS = ["s3://a", "s3://b", "s3://c"]


def link(kind: str, dag_id: str) -> Link:
    return Link(kind, dag_id, "task", 3)


def one(
    dag_id: str,
    *links: Link,
    hours: float = 1,
    produces: tuple[str, ...] = (),
    consumes: tuple[str, ...] = (),
) -> Head:
    return Head(dag_id, f"{dag_id}.py", 1, "asset", hours, links, produces, consumes)


@st.composite
def projects(draw: st.DrawFn) -> list[Head]:
    ids = draw(st.lists(st.sampled_from(IDS), unique=True))
    kinds, others = st.sampled_from(["waits_for", "triggers"]), st.sampled_from([*IDS, "elsewhere"])
    some = st.lists(st.builds(link, kinds, others), max_size=3)
    data = st.lists(st.sampled_from(URIS), max_size=2, unique=True).map(tuple)
    hours = st.integers(0, 9).map(lambda n: n / 4)
    return [one(i, *draw(some), hours=draw(hours), produces=draw(data), consumes=draw(data)) for i in ids]


def edges(heads: list[Head]) -> set[tuple[str, str]]:
    """Who runs before whom, as the definition says it."""
    known = {h.dag_id for h in heads}
    found = {(p.dag_id, c.dag_id) for p in heads for c in heads if set(p.produces) & set(c.consumes)}
    for head in heads:
        for said in head.links:
            pair = (said.dag_id, head.dag_id) if said.kind == "waits_for" else (head.dag_id, said.dag_id)
            found.add(pair)
    return {(a, b) for a, b in found if {a, b} <= known}


def reachable(heads: list[Head]) -> set[tuple[str, str]]:
    found = edges(heads)
    while more := {(a, d) for a, b in found for c, d in found if b == c} - found:
        found |= more
    return found


def brute_force(heads: list[Head]) -> dict[str, int]:
    """The longest chain of DAGs that follow one, those of its own cycle apart."""
    after = reachable(heads)
    ids = [h.dag_id for h in heads]
    together = {i: {j for j in ids if i == j or {(i, j), (j, i)} <= after} for i in ids}

    def wave(i: str) -> int:
        later = [wave(j) for j in ids if j not in together[i] and any((k, j) in after for k in together[i])]
        return 1 + max(later, default=0)

    return {i: wave(i) for i in ids}


def numbers(heads: list[Head]) -> dict[str, int]:
    return {dag_id: wave["wave"] for wave in waves.waves(heads) for dag_id in wave["dags"]}


@given(projects())
def test_every_dag_is_in_exactly_one_wave(heads: list[Head]) -> None:
    listed = [dag_id for wave in waves.waves(heads) for dag_id in wave["dags"]]
    assert sorted(listed) == sorted(h.dag_id for h in heads)


@given(projects())
def test_the_waves_are_those_of_the_definition(heads: list[Head]) -> None:
    assert numbers(heads) == brute_force(heads)


@given(projects())
def test_what_runs_first_never_moves_first(heads: list[Head]) -> None:
    wave = numbers(heads)
    both = {tuple(sorted(cycle)) for w in waves.waves(heads) for cycle in w["cycles"]}
    for first, then in edges(heads):
        same = any({first, then} <= set(cycle) for cycle in both)
        assert first == then or (wave[first] == wave[then] if same else wave[first] > wave[then])


@given(projects())
def test_the_cycles_are_the_dags_that_reach_each_other(heads: list[Head]) -> None:
    after = reachable(heads)
    ids = [h.dag_id for h in heads]
    expected = {tuple(sorted({i} | {j for j in ids if {(i, j), (j, i)} <= after})) for i in ids}
    found = {tuple(cycle) for wave in waves.waves(heads) for cycle in wave["cycles"]}
    assert found == {group for group in expected if len(group) > 1}


@given(projects(), st.randoms())
def test_the_order_of_the_files_changes_nothing(heads: list[Head], random: object) -> None:
    other = list(heads)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert waves.waves(heads) == waves.waves(other)
    assert waves.links(heads) == waves.links(other)


@given(projects())
def test_the_links_are_those_of_the_definition(heads: list[Head]) -> None:
    assert {(found["from"], found["to"]) for found in waves.links(heads) if not found["missing"]} == edges(
        heads
    )


@given(projects())
def test_sums_of_a_wave_are_those_of_its_dags(heads: list[Head]) -> None:
    found = waves.waves(heads)
    assert sum(wave["hours"] for wave in found) == sum(h.hours for h in heads)
    assert sum(sum(wave["levels"].values()) for wave in found) == len(heads)


def test_within_a_wave_the_cheapest_moves_first_and_a_cycle_stays_together() -> None:
    heads = [
        one("dear", hours=5),
        one("cheap", hours=1),
        one("left", link("triggers", "right"), hours=1),
        one("right", link("triggers", "left"), hours=2),
    ]
    (wave,) = waves.waves(heads)
    assert wave["dags"] == ["cheap", "left", "right", "dear"]
    assert wave["cycles"] == [["left", "right"]]


def test_a_dag_that_starts_itself_is_no_cycle() -> None:
    (wave,) = waves.waves([one("again", link("triggers", "again"), produces=("x",), consumes=("x",))])
    assert wave["cycles"] == []


def test_cycles_and_links_into_the_void_are_findings() -> None:
    heads = [one("a", link("waits_for", "b")), one("b", link("waits_for", "a"), link("triggers", "gone"))]
    told = waves.findings(heads, waves.waves(heads))
    assert [(f.code, f.dag_id, f.origin.file, f.origin.line) for f in told] == [
        ("CF008", "a", "a.py", 1),
        ("CF009", "b", "b.py", 3),
    ]
    assert "a, b" in told[0].message and "gone" in told[1].message


def test_a_link_that_is_not_known_is_left_to_other_findings() -> None:
    link = {"kind": "triggers", "dag_id": "{{ params.next }}", "task_id": "t", "line": 1}
    data = {"produces": [], "consumes": []}
    dag = {"dag_id": "a", "file": "a.py", "line": 1, "level": "job", "effort": {"hours": 1}}
    found = waves.head({**dag, "inventory": {"datasets": data}, "links": [link, {**link, "dag_id": None}]})
    assert found.links == ()


def test_a_dataset_that_everybody_uses_does_not_give_a_link_for_every_pair() -> None:
    heads = [one(f"p{n}", produces=("all",)) for n in range(500)]
    heads += [one(f"c{n}", consumes=("all",)) for n in range(500)]
    found = waves.links(heads)
    assert len(found) == 999 and all(link["sample"] for link in found)
    assert {link["from"] for link in found} | {link["to"] for link in found} == {h.dag_id for h in heads}
    assert [len(wave["dags"]) for wave in waves.waves(heads)] == [500, 500]


def test_one_producer_of_many_has_a_link_to_each_of_them() -> None:
    heads = [one("p", produces=("all",)), *(one(f"c{n}", consumes=("all",)) for n in range(500))]
    found = waves.links(heads)
    assert len(found) == 500 and not any("sample" in link for link in found)


def test_a_hundred_thousand_dags_in_one_chain_are_no_problem() -> None:
    ids = [f"dag{n:06}" for n in range(100_000)]
    chain = [one(before, link("triggers", after)) for before, after in pairwise(ids)] + [one(ids[-1])]
    started = time.process_time()
    found = waves.waves(chain)
    assert len(found) == len(ids) and found[0]["dags"] == [ids[-1]]
    ring = [*chain[:-1], one(ids[-1], link("triggers", ids[0]))]
    (wave,) = waves.waves(ring)
    assert len(wave["cycles"][0]) == len(ids)
    assert time.process_time() - started < 30
