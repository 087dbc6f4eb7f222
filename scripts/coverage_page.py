"""`make coverage`: docs/coverage.md, what becomes of the example DAGs that Airflow ships, good or bad."""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click

from migrator import checks
from migrator.convert import convert_project
from migrator.convert.decide import Decision, decide_project
from migrator.emit.format import format_files
from migrator.emit.write import write
from migrator.errors import VerificationError
from migrator.findings import Finding, rule
from migrator.findings.suppress import suppress
from migrator.ir import Dag, Project, Task
from migrator.manifest import Manifest
from migrator.phase_one import import_project
from migrator.phase_one.lifts import lifts
from migrator.plan import Plan
from migrator.scan import scan
from migrator.verify.loads import load
from migrator.verify.same_graph import check
from scripts.corpora import Corpus, corpora

PAGE = Path("docs/coverage.md")

HEAD = """# Coverage

What becomes of the example DAGs that Airflow ships in its wheels, which nobody wrote for this tool. Written by
`make coverage`; CI fails when the figures are no longer those of the code. Each project was loaded by Dagster, and its
graph compared with the DAGs; whether both systems *do* the same is another question, which `migrate compare` answers.
"""


@dataclass(frozen=True)
class Figures:
    """All that the page says of one corpus."""

    corpus: Corpus
    text: Project  # read from the text alone
    real: Project  # with what Airflow made of it
    findings: list[Finding]
    decisions: list[Decision]
    imported: str  # whether the phase 1 project loads and is the same graph
    converted: str  # the same for phase 2


def figures(corpus: Corpus, scratch: Path) -> Figures:
    """Reads, imports and converts one corpus."""
    folder = corpus.copy_to(scratch / corpus.version / "examples")
    text, _ = scan([folder])
    real, found = scan([folder], airflow_python=str(corpus.python))
    findings = suppress([*found, *checks.run(real)], real.files)
    airflow3 = corpus.version.startswith("3")
    decided = decide_project(real, Plan(), airflow3=airflow3)
    files, manifest, _ = import_project(real, mode="interpreter", package="imported")
    imported = verdict(real, scratch / corpus.version / "imported", files, manifest)
    made = convert_project(real, Plan(), lifts(real, None), name="converted", airflow3=airflow3)
    modules = {path: text for path, text in made.files.items() if path.startswith("defs/")}
    files = {**made.files, **format_files(modules)}
    converted = verdict(real, scratch / corpus.version / "converted", files, made.manifest)
    decisions = [decision for file in decided for decision in file.dags]
    return Figures(corpus, text, real, findings, decisions, imported, converted)


def verdict(project: Project, out: Path, files: dict[str, str], manifest: Manifest) -> str:
    """What Dagster says of a project once it is written."""
    write(out, files, manifest)
    try:
        differences = check(project.dags, manifest, load(out))
    except VerificationError as error:
        return f"does not load: {str(error).splitlines()[-1]}"
    return f"loads; {len(differences)} differences" if differences else "loads, same graph"


def page(all_figures: Sequence[Figures]) -> str:
    """The whole page."""
    parts = [
        HEAD,
        "## Summary\n",
        table(["", *(f"Airflow {f.corpus.version}" for f in all_figures)], summary(all_figures)),
        "## Why DAGs are lifted\n\nA DAG with several reasons counts for each; the last column counts, over both,"
        " the DAGs that have no other.\n",
        table(["", "", *versions(all_figures), "only reason"], reasons(all_figures)),
        "## Why tasks are bridged\n\nTasks of native DAGs whose operator runs in Airflow; a task with several reasons"
        " counts for each.\n",
        table(["", "", *versions(all_figures)], bridged_reasons(all_figures)),
        "## Tasks by operator\n\nConverted, of all. The others run unchanged in Airflow's own interpreter.\n",
        table(["operator", *versions(all_figures)], operators(all_figures)),
        "## Findings of the scan\n",
        table(["", "", *versions(all_figures)], scan_findings(all_figures)),
    ]
    return "\n".join(parts)


def versions(all_figures: Sequence[Figures]) -> list[str]:
    """Short column heads."""
    return [f.corpus.version for f in all_figures]


def summary(all_figures: Sequence[Figures]) -> Iterable[list[object]]:
    """One row for each line of the summary."""
    yield ["Python files in example folders", *(len(f.corpus.files) for f in all_figures)]
    yield ["DAGs that Airflow loads", *(len(loaded(f)) for f in all_figures)]
    yield ["... and read from the text, as Airflow cannot load the file", *(unloaded(f) for f in all_figures)]
    yield ["tasks in all of these", *(sum(len(d.tasks) for d in f.real.dags) for f in all_figures)]
    yield ["DAGs read from the text alone", *(len(f.text.dags) for f in all_figures)]
    yield [
        "... that say the task set is not known",
        *(sum(bool(d.partial) for d in f.text.dags) for f in all_figures),
    ]
    yield ["... whole, and equal to what Airflow loads", *(len(equal(f)) for f in all_figures)]
    yield ["... whole, and different", *(len(different(f)) for f in all_figures)]
    yield ["phase 1: the imported project", *(f.imported for f in all_figures)]
    for level in ("asset", "job", "lift"):
        yield [
            f"phase 2: DAGs at level {level}",
            *(sum(d.level == level for d in f.decisions) for f in all_figures),
        ]
    for name in ("native", "contracted", "bridged", "lifted"):
        yield [f"phase 2: tasks {name}", *(dispositions(f)[name] for f in all_figures)]
    yield ["phase 2: the converted project", *(f.converted for f in all_figures)]


def unloaded(one: Figures) -> int:
    """DAGs of files that need something that is not installed."""
    return len(one.real.dags) - len(loaded(one))


def equal(one: Figures) -> list[str]:
    """The DAGs whose text gave exactly what Airflow loads."""
    real = loaded(one)
    return [d.dag_id for d in one.text.dags if not d.partial and real.get(d.dag_id) == shape(d)]


def different(one: Figures) -> list[str]:
    """The DAGs that were read wrong, without saying so. One that Airflow does not load at all is not among them."""
    real = loaded(one)
    return [d.dag_id for d in one.text.dags if not d.partial and real.get(d.dag_id, shape(d)) != shape(d)]


def loaded(one: Figures) -> dict[str, dict[str, tuple[object, ...]]]:
    """What Airflow itself loads; where it cannot load a file, the scan keeps what the text says."""
    return {d.dag_id: shape(d) for d in one.real.dags if d.origin.seen_by != "static"}


def shape(dag: Dag) -> dict[str, tuple[object, ...]]:
    """What has to be equal: ids, edges, trigger rules, mapping."""
    return {t.task_id: (t.upstream, t.trigger_rule, t.mapped, t.operator_class) for t in dag.tasks}


def dispositions(one: Figures) -> Counter[str]:
    """How many tasks became what."""
    return Counter(
        "lifted" if d.level == "lift" else d.disposition(t.task_id)
        for d in one.decisions
        for t in d.dag.tasks
    )


def reasons(all_figures: Sequence[Figures]) -> Iterable[list[object]]:
    """Each code that lifts a DAG, the most frequent first."""
    lifted = [[{r.code for r in d.reasons} for d in f.decisions if d.level == "lift"] for f in all_figures]
    total = Counter(code for codes in lifted for of_dag in codes for code in of_dag)
    alone = Counter(code for codes in lifted for of_dag in codes if len(of_dag) == 1 for code in of_dag)
    for code in sorted(total, key=lambda c: (-total[c], c)):
        counts = [sum(code in of_dag for of_dag in codes) for codes in lifted]
        yield [link(code), rule(code).title, *counts, alone[code]]


def bridged_reasons(all_figures: Sequence[Figures]) -> Iterable[list[object]]:
    """Each code that bridges a task, the most frequent first."""
    counts = [
        Counter(p.code for d in f.decisions for s in d.steps if s.bridged for p in s.notes)
        for f in all_figures
    ]
    for code in sorted(set().union(*counts), key=lambda c: (-sum(count[c] for count in counts), c)):
        yield [link(code), rule(code).title, *(count[code] for count in counts)]


def operators(all_figures: Sequence[Figures]) -> Iterable[list[object]]:
    """Each operator class with how many of its tasks became native, the most frequent first."""
    per_corpus = [list(with_dispositions(f)) for f in all_figures]
    total = Counter(name(task) for pairs in per_corpus for task, _ in pairs)
    for operator in sorted(total, key=lambda o: (-total[o], o)):
        cells: list[object] = []
        for pairs in per_corpus:
            found = [what for task, what in pairs if name(task) == operator]
            cells.append(f"{sum(w != 'bridged' for w in found)} of {len(found)}" if found else "")
        yield [f"`{operator}`", *cells]


def name(task: Task) -> str:
    """An operator as people write it."""
    kind = task.operator.removeprefix("airflow.decorators.")
    return f"@{kind}" if kind != task.operator else task.operator_class


def with_dispositions(one: Figures) -> Iterable[tuple[Task, str]]:
    """All tasks with what becomes of them."""
    return ((task, d.disposition(task.task_id)) for d in one.decisions for task in d.dag.tasks)


def scan_findings(all_figures: Sequence[Figures]) -> Iterable[list[object]]:
    """Each code that the scan reports, with an Airflow interpreter given."""
    counts = [Counter(finding.code for finding in f.findings) for f in all_figures]
    for code in sorted(set().union(*counts)):
        yield [link(code), rule(code).title, *(count[code] for count in counts)]


def link(code: str) -> str:
    """A code that leads to its explanation; headings become anchors as on code hosts."""
    heading = f"{code}: {rule(code).title}".lower()
    anchor = "".join(c for c in heading if c.isalnum() or c in " -_").replace(" ", "-")
    return f"[{code}](rules.md#{anchor})"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if the page is stale.")
def main(only_check: bool) -> None:
    """Write docs/coverage.md."""
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor() as pool:
        os.environ["AIRFLOW_HOME"] = f"{scratch}/airflow"
        text = page(list(pool.map(lambda c: figures(c, Path(scratch)), corpora())))
    if not only_check:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        sys.exit(f"{PAGE} is stale: run `make coverage`")


if __name__ == "__main__":
    main()
