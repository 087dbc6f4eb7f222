"""What `convert` asks of phase one for a DAG that is not native."""

from migrator.convert import Lifts
from migrator.findings import Finding
from migrator.ir import Dag, Project
from migrator.ir.parts import with_parts
from migrator.manifest import DagEntry
from migrator.phase_one import entry, lift, losses
from migrator.phase_one.package import interpreter_files
from migrator.phase_one.timing import start


def lifts(project: Project, dags_folder: str | None) -> Lifts:
    """For the DAGs of a project; `dags_folder` is the way from the new project to them."""
    starts = {dag.dag_id: start(dag, project.airflow) for dag in with_parts(project.dags)}

    def render(dag: Dag, job: str) -> str:
        return lift.call(dag, job, starts[dag.dag_id])

    def told(dag: Dag, job: str, module: str) -> DagEntry:
        return entry(dag, job, module, starts[dag.dag_id])

    def lost(dag: Dag) -> list[Finding]:
        return [*starts[dag.dag_id].findings, *losses.find(dag, "interpreter")]

    def files(modules: str) -> dict[str, str]:
        return interpreter_files(dags_folder, bridged="airflow_tasks(" in modules)

    return Lifts(render, told, lost, files, dags_folder)
