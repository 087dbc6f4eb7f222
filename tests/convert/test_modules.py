"""DAG files that were written to trip a converter, what becomes of each, and that Dagster loads it.

`RENEW=1 pytest tests/convert` writes the expected modules anew; read the difference before you commit it.
"""

import os
from pathlib import Path

import pytest

from migrator import plan as plans
from migrator.convert import Conversion, convert_project
from migrator.emit.format import format_files
from migrator.emit.write import write
from migrator.ir import Project
from migrator.phase_one.lifts import lifts
from migrator.scan import scan
from migrator.verify.loads import load
from migrator.verify.same_graph import check

HERE = Path(__file__).parent
DAGS, EXPECTED = HERE / "dags", HERE / "expected"
NAMES = sorted(path.stem for path in DAGS.glob("*.py"))


@pytest.fixture(scope="module")
def project() -> Project:
    return scan([DAGS])[0]


@pytest.fixture(scope="module")
def conversion(project: Project) -> Conversion:
    return convert_project(project, plans.Plan(), lifts(project, None), name="converted")


@pytest.fixture(scope="module")
def modules(conversion: Conversion) -> dict[str, str]:
    return format_files({p: t for p, t in conversion.files.items() if p.startswith("defs/")})


@pytest.mark.parametrize("name", NAMES)
def test_the_module_is_the_one_that_was_approved(name: str, modules: dict[str, str]) -> None:
    expected = EXPECTED / f"{name}.py"
    if os.environ.get("RENEW"):
        EXPECTED.mkdir(exist_ok=True)
        expected.write_text(modules[f"defs/{name}.py"], encoding="utf-8")
    assert modules[f"defs/{name}.py"] == expected.read_text(encoding="utf-8")


def test_every_expected_module_has_its_dag_file() -> None:
    assert sorted(path.stem for path in EXPECTED.glob("*.py")) == NAMES


def test_dagster_loads_all_of_it_and_finds_the_graph_of_the_dags(
    tmp_path: Path, project: Project, conversion: Conversion, modules: dict[str, str]
) -> None:
    out = tmp_path / "a folder" / "converted"
    write(out, {**conversion.files, **modules}, conversion.manifest)
    assert check(project.dags, conversion.manifest, load(out)) == []


@pytest.mark.parametrize(
    ("dag_id", "level"),
    [
        ("twice", "asset"),
        ("pulled", "asset"),
        ("grouped-names", "asset"),
        ("plain", "asset"),
        ("routes", "job"),
        ("fails", "job"),
        ("over_a_list", "lift"),
        ("written", "asset"),
        ("clashes", "asset"),
        ("clashing_ops", "job"),
        ("rule_set_later", "job"),
        ("waits", "job"),
        ("waits_too_long", "asset"),
        ("chooses", "job"),
        ("copies", "asset"),
        ("chained", "job"),
        ("helped", "asset"),
        ("market_de", "asset"),
        ("nightly_report", "asset"),
        ("sales", "asset"),
        ("made_branching", "job"),
        ("made_with_effects", "lift"),
        ("made_with_lambdas", "asset"),
        ("all_parts", "job"),
        ("all_parts.crm", "job"),
        ("pulls_by_index", "job"),
        ("names_another", "job"),
        ("mapped_lists", "job"),
        ("mapped_operators", "job"),
        ("mapped_ends", "job"),
        ("mapped_groups", "job"),
        ("cluster_of_a_run", "job"),
        ("pairs_of_commands", "job"),
        ("pairs_in_pairs", "job"),
        ("bridged", "asset"),
        ("within", "job"),
        ("dag_parameters", "asset"),
        ("with_files", "asset"),
        ("pulled_items", "asset"),
        ("under_a_condition", "asset"),
        ("bridged_flow", "job"),
    ],
)
def test_a_dag_lands_at_the_highest_level_that_keeps_what_it_does(
    dag_id: str, level: str, conversion: Conversion
) -> None:
    assert conversion.manifest.dags[dag_id].level == level


@pytest.mark.parametrize(
    ("dag_id", "code"),
    [
        ("over_a_list", "CF043"),
        ("pushed_and_changed", "DP044"),
        ("printed_name", "DP051"),
        ("context_of_its_own", "DP052"),
        ("another_json", "DP052"),
        ("assigned_again", "DP053"),
        ("rendered_commands", "OP042"),
        ("starts_another", "CF087"),
        ("waits_for_another", "CF086"),
        ("soft_by_name", "OP051"),
        ("reads_what_airflow_sets", "OP053"),
        ("rule_from_outside", "SC041"),
        ("made_with_effects", "SC052"),
        ("pulls_without_index", "CF070"),
        ("goes_between", "CF069"),
    ],
)
def test_a_lifted_dag_has_a_finding_that_says_why(dag_id: str, code: str, conversion: Conversion) -> None:
    assert conversion.manifest.dags[dag_id].level == "lift"
    assert code in {f.code for f in conversion.findings if f.dag_id == dag_id}


@pytest.mark.parametrize(
    ("dag_id", "task_id", "code"),
    [
        ("only_pushed", "read", "DP047"),
        ("changed_argument", "add", "DP054"),
        ("bridged", "count-rows", "OP067"),
        ("bridged", "pick", "OP062"),
        ("bridged", "try_again", "DP041"),
        ("given_by_place", "by_place", "DP063"),
        ("with_a_file_that_is_not_there", "gone", "OP042"),
        ("pulled_items", "say", "DP047"),
        ("bridged_flow", "which_side", "DP041"),
    ],
)
def test_a_task_without_a_native_form_runs_in_airflow_and_its_dag_stays_native(
    dag_id: str, task_id: str, code: str, conversion: Conversion
) -> None:
    entry = conversion.manifest.dags[dag_id]
    assert entry.level != "lift" and entry.tasks[task_id].disposition == "bridged"
    assert "native" in {task.disposition for task in entry.tasks.values()}
    assert code in {f.code for f in conversion.findings if (f.dag_id, f.task_id) == (dag_id, task_id)}


@pytest.mark.parametrize("name", NAMES)
def test_no_native_module_imports_airflow(name: str, modules: dict[str, str]) -> None:
    lines = modules[f"defs/{name}.py"].splitlines()
    assert [line for line in lines if line.startswith(("import airflow", "from airflow"))] == []


def test_the_same_input_gives_the_same_bytes(project: Project, conversion: Conversion) -> None:
    again = convert_project(project, plans.Plan(), lifts(project, None), name="converted")
    assert dict(again.files) == dict(conversion.files)
    assert again.manifest.dumps() == conversion.manifest.dumps()


def test_a_fault_in_one_dag_does_not_cost_the_others(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from migrator.convert.assets import AssetWriter

    whole = AssetWriter.write

    def fails_for_one(self: AssetWriter) -> object:
        if self.dag.dag_id == "twice":
            raise RuntimeError("a fault")
        return whole(self)

    monkeypatch.setattr(AssetWriter, "write", fails_for_one)
    made = convert_project(project, plans.Plan(), lifts(project, None), name="converted")
    assert made.manifest.dags["twice"].level == "lift"
    assert made.manifest.dags["pulled"].level == "asset"
    assert [f.code for f in made.findings if f.dag_id == "twice" and f.severity == "error"] == ["SC048"]
