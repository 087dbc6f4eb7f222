"""OP060: tasks of a native DAG run in Airflow."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="OP060",
    title="Tasks of a native DAG run in Airflow",
    severity="info",
    help=(
        "Each is a step of the native graph, with its retries and its place, and has Airflow run the task's own "
        "operator: templates, connections, Variables, XComs, callbacks and logs are Airflow's. One Airflow process "
        "serves a whole run. Set AIRFLOW_PYTHON to the interpreter that has Airflow, and AIRFLOW_DAGS_FOLDER where "
        "the DAG files have moved. What a run is launched with, `dag_run.conf`, is the run config "
        "`resources: airflow: config: conf`. Another finding on the task says why it has no native form."
    ),
    before='EmailOperator(task_id="report", to="shop@example.org", subject="{{ ds }}", html_content="...")',
    after=(
        "@dg.asset(output_required=False)\n"
        "def report(context: dg.AssetExecutionContext, airflow: AirflowRun):\n"
        '    yield from orders_in_airflow.outputs(context, airflow, "report")'
    ),
)
