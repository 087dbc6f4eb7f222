"""SparkSubmitOperator becomes a step that runs spark-submit with the same command line, through Dagster Pipes."""

from typing import TYPE_CHECKING

from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.ir import Literal, constant

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="a script, the cluster of the default connection",
        before='SparkSubmitOperator(task_id="say", application="/jobs/count.py", application_args=["{{ ds }}"])',
        after='spark_submit(context, "/jobs/count.py", application_args=[context.partition_key])',
        findings=("OP105",),
    ),
    Example(
        name="options of spark-submit keep their names",
        before=(
            'SparkSubmitOperator(task_id="say", application="/jobs/count.jar", java_class="shop.Count", '
            'conn_id="yarn_prod", conf={"spark.ui.enabled": "false"}, num_executors=4, executor_memory="2G", '
            'packages="org.postgresql:postgresql:42.7.4", name="count-{{ ds_nodash }}", deploy_mode="cluster")'
        ),
        after=(
            'spark_submit(context, "/jobs/count.jar", conn_id="yarn_prod", '
            'conf={\'spark.ui.enabled\': "false"}, deploy_mode="cluster", '
            'packages="org.postgresql:postgresql:42.7.4", num_executors=4, executor_memory="2G", '
            "name=f\"count-{context.partition_key.replace('-', '')}\", java_class=\"shop.Count\")"
        ),
        findings=("OP105",),
    ),
    Example(
        name="how Airflow looks after a driver has no meaning for a step that waits",
        before=(
            'SparkSubmitOperator(task_id="say", application="/jobs/count.py", status_poll_interval=5, '
            "durable=False, env_vars={'DAY': '{{ ds }}'})"
        ),
        after=("spark_submit(context, \"/jobs/count.py\", env_vars={'DAY': context.partition_key})"),
        findings=("OP105",),
    ),
    Example(
        name="a driver that is followed by another way than by waiting",
        before='SparkSubmitOperator(task_id="say", application="/jobs/count.py", yarn_track_via_rm_api=True)',
        after="",
        findings=("OP106",),
    ),
    Example(
        name="an argument that nobody knows is reported",
        before='SparkSubmitOperator(task_id="say", application="/jobs/count.py", shuffle="fast")',
        after='spark_submit(context, "/jobs/count.py")',
        findings=("OP105", "OP040"),
    ),
]
RENDERED = (
    *("conf", "env_vars", "properties_file", "files", "py_files", "jars", "driver_class_path", "packages"),
    *("exclude_packages", "keytab", "principal", "proxy_user", "name", "application_args"),
)
OPTIONS = (
    *(
        "application_args",
        "conn_id",
        "conf",
        "env_vars",
        "spark_binary",
        "deploy_mode",
        "yarn_queue",
        "verbose",
    ),
    *("properties_file", "files", "py_files", "archives", "driver_class_path", "jars", "packages"),
    *("exclude_packages", "repositories", "num_executors", "total_executor_cores", "executor_cores"),
    *("executor_memory", "driver_memory", "keytab", "principal", "proxy_user", "name", "java_class"),
)
OF_WAITING = ("status_poll_interval", "durable", "reconnect_on_retry")
WITHOUT_FORM: dict[str, tuple[object, ...]] = {  # the value that means nothing is asked for
    "use_krb5ccache": (False,),
    "post_submit_commands": (None, []),
    "track_driver_via_k8s_api": (False,),
    "yarn_track_via_rm_api": (False,),
    "yarn_rm_auth": (None,),
    "openlineage_inject_parent_job_info": (False,),
    "openlineage_inject_transport_info": (False,),
}


@translates(
    "airflow.providers.apache.spark.operators.spark_submit.SparkSubmitOperator",
    "airflow.contrib.operators.spark_submit_operator.SparkSubmitOperator",
)
def spark_submit(args: Args, scope: "Scope") -> Fragment | None:
    """What Airflow renders is rendered; the other arguments are taken as they are."""
    application = args.take("application")
    if application is None:
        scope.refuse("OP106", "there is no application")
        return None
    call = [scope.text_of(application, scope.node_of("application"))]
    for name in OPTIONS:
        value = args.take(name)
        if value is None or value == Literal(None):
            continue
        read = scope.text_of if name in RENDERED else scope.unrendered
        call.append(f"{name}={read(value, scope.node_of(name))}")
    for name in OF_WAITING:
        args.take(name)
    for name, nothing in WITHOUT_FORM.items():
        given = args.take(name)
        if given is not None and not (isinstance(given, Literal) and constant(given) in nothing):
            scope.refuse("OP106", f"`{name}` has no native form")
    if scope.body.problems:
        return None
    scope.body.context = True
    scope.body.imports.add("from ..runtime.spark import spark_submit")
    known = constant(scope.task.args.get("conn_id"), "spark_default")
    where = known if isinstance(known, str) else "its connection"
    scope.note("OP105", f"runs spark-submit where Dagster runs; {where} says on which cluster")
    return Fragment((f"spark_submit(context, {', '.join(str(part) for part in call)})",), reports=True)
