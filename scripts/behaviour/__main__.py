"""`make parity-corpus`: docs/behaviour.md, whether what convert writes does what Airflow's examples do."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from migrator import plan as plans
from scripts.behaviour import page, recorded
from scripts.behaviour.bench import Bench
from scripts.behaviour.verdicts import DIFFERENT, Verdict, verdicts
from scripts.corpora import corpora

PAGE = Path("docs/behaviour.md")
RECORDED = Path("tests/behaviour/recorded")
WORK = Path(".migrate/behaviour")


def examples(work: Path, timeout: float) -> list[Bench]:
    """What both Airflows ship."""
    found = []
    for corpus in corpora():
        place = work / corpus.version
        dags = corpus.copy_to(place / "examples")
        name = f"Airflow {corpus.version}"
        found.append(Bench(name, corpus.version, corpus.python, dags, place, timeout=timeout))
    return found


def folder(dags: Path, plan_file: Path | None, work: Path, timeout: float) -> list[Bench]:
    """Any other folder of DAGs, in both Airflows."""
    plan, root = plans.read(plan_file), plan_file.parent if plan_file else Path()
    return [
        Bench(
            f"{dags} in {c.version}",
            c.version,
            c.python,
            dags,
            work / dags.name / c.version,
            plan,
            root,
            timeout,
        )
        for c in corpora()
    ]


def judged(bench: Bench, kept: Path, only: Sequence[str], again: bool) -> list[Verdict]:
    """All verdicts of one bench, or those of some DAGs; `kept` is where its recordings are."""
    manifest = bench.convert()
    store = recorded.read(kept / f"airflow-{bench.version}.json", bench.version)
    files = {d: entry.file for d, entry in manifest.dags.items()}
    wanted = [d for d in files if not only or d in only]
    store.dags = {
        d: each for d, each in store.dags.items() if d in manifest.dags and not (again and d in wanted)
    }
    recorded.fill(store, bench, files, wanted, tell)
    chosen = {d: each for d, each in store.dags.items() if d in wanted}
    return list(verdicts(bench, manifest, chosen, tell))


def tell(line: str) -> None:
    """Progress."""
    click.echo(line, err=True)


PATH = click.Path(path_type=Path)


@click.command()
@click.option("--only", multiple=True, metavar="DAG", help="This DAG only. Repeatable.")
@click.option("--airflow", "versions", multiple=True, metavar="VERSION", help="2 or 3.")
@click.option("--dags", type=PATH, help="Another folder than the examples.")
@click.option("--plan", type=PATH, help="migrate.yaml with what both systems find: fixtures, variables.")
@click.option("--again", is_flag=True, help="Run in Airflow what is recorded as well.")
@click.option("--check", is_flag=True, help="Write no page; exit 1 if it is stale.")
@click.option("--json", "as_json", type=PATH, help="Write the verdicts there.")
@click.option("--work", type=PATH, default=WORK, show_default=True, help="Scratch folder.")
@click.option("--timeout", default=90.0, show_default=True, help="Seconds for one DAG in one system.")
def main(
    only: Sequence[str],
    versions: Sequence[str],
    dags: Path | None,
    plan: Path | None,
    again: bool,
    check: bool,
    as_json: Path | None,
    work: Path,
    timeout: float,
) -> None:
    """Run Airflow's example DAGs in Airflow, and what they became in Dagster, and compare.

    Exit status 1 on a difference. The page is written when all examples have run.
    """
    work = work.resolve()  # both systems run in folders of their own
    benches = folder(dags, plan, work, timeout) if dags else examples(work, timeout)
    benches = [bench for bench in benches if not versions or bench.version.startswith(tuple(versions))]
    found = {b.version: judged(b, b.work if dags else RECORDED, only, again) for b in benches}
    if as_json:
        body = {version: [asdict(v) for v in each] for version, each in found.items()}
        as_json.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    wrong = [(version, v) for version, each in found.items() for v in each if v.verdict == DIFFERENT]
    for version, each in wrong:
        click.echo(f"{version} {each.dag_id} ({each.level}): {each.detail}")
    if not (only or versions or dags):
        _page(page.render(found), check)
    sys.exit(1 if wrong else 0)


def _page(text: str, check: bool) -> None:
    if check and (not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text):
        sys.exit(f"{PAGE} is stale: run `make parity-corpus`")
    if not check:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
