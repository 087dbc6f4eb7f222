"""Converting DAG files, without writing and without the check in Dagster, against parsing with formatting kept."""

from collections.abc import Iterator

from bench.line import Line, Setting, compare
from migrator.ir import Project


def lines(setting: Setting) -> Iterator[Line]:
    """The examples of each Airflow."""
    import libcst

    from migrator.convert import convert_project
    from migrator.phase_one.lifts import lifts
    from migrator.plan import Plan
    from migrator.scan import scan

    for corpus in setting.corpora:
        texts = [file.read_text(encoding="utf-8") for file in corpus.files]
        project, _ = scan([setting.scratch / "examples" / f"airflow-{corpus.version}"])

        def convert(project: Project = project) -> None:
            convert_project(project, Plan(), lifts(project, None), name="bench")

        def parse(texts: list[str] = texts) -> None:
            for text in texts:
                libcst.parse_module(text)

        name = f"convert, {len(project.dags)} DAGs of Airflow {corpus.version}"
        yield compare(name, convert, "libcst.parse_module", parse, setting.rounds)
