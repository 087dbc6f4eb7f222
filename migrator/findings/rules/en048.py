"""EN048: a callback moves along."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN048",
    title="A callback moves along",
    severity="info",
    help=(
        "A task's callback is a hook of its step, a DAG's is a sensor on the runs of its job, for which the Dagster "
        "daemon must run. `log_url` is the page of the run: set DAGSTER_WEBSERVER_URL to where people look at it. "
        "`run_id` is Dagster's."
    ),
    before=(
        "def alert(context):\n"
        '    print(context["ti"].task_id, context["exception"])\n\n'
        'PythonOperator(task_id="load", python_callable=load, on_failure_callback=alert)'
    ),
    after='@dg.asset(hooks={call_on_failure(alert, "orders", "load")})\ndef load(): ...',
)
