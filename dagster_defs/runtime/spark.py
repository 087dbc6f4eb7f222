"""spark-submit as a step, through Dagster Pipes: the script may tell Dagster what it wrote, and need not.

Which cluster it goes to is configuration: `AIRFLOW_CONN_SPARK_DEFAULT` has the master as its host, and `deploy-mode`,
`queue`, `namespace` and `spark-binary` in its extra. `{"conn_type": "spark", "host": "local[2]"}` needs no cluster.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from .connections import Connection, connection

OPTIONS = (  # of spark-submit, in this order
    "properties_file",
    "files",
    "py_files",
    "archives",
    "driver_class_path",
    "jars",
    "packages",
    "exclude_packages",
    "repositories",
    "num_executors",
    "total_executor_cores",
    "executor_cores",
    "executor_memory",
    "driver_memory",
    "keytab",
    "principal",
    "proxy_user",
    "name",
    "java_class",
)
FLAGS = {"java_class": "--class"}
BINARIES = ("spark-submit", "spark2-submit", "spark3-submit")


def spark_submit(
    context: dg.AssetExecutionContext | dg.OpExecutionContext,
    application: str,
    *,
    application_args: Sequence[str] = (),
    conn_id: str = "spark_default",
    conf: Mapping[str, Any] | None = None,
    env_vars: Mapping[str, str] | None = None,
    **options: Any,
) -> dg.MaterializeResult[Any] | None:
    """Submit an application and wait for its end. What it reports by `dagster_pipes` is shown with the asset.

    Args:
        context: Of the step.
        application: The script or jar.
        application_args: What the application gets.
        conn_id: Which cluster: `AIRFLOW_CONN_<conn_id>` in the environment.
        conf: Properties of Spark.
        env_vars: For the driver, wherever it runs.
        options: The other options of spark-submit, by their names: see `spark_command`.

    Returns:
        What an asset has to return, as Dagster Pipes asks for it; None in an op of a job.

    Raises:
        dagster.Failure: The connection is missing, or asks for what cannot be waited for.
        DagsterPipesExecutionError: spark-submit ended with another exit code than zero.
    """
    target = connection(conn_id)
    command = spark_command(target, application, application_args, conf or {}, env_vars or {}, **options)
    own = {} if "k8s" in _master(target) else env_vars or {}
    env = {name: str(value) for name, value in own.items()}
    done = dg.PipesSubprocessClient(env=env).run(context=context, command=command)
    return done.get_materialize_result() if context.has_assets_def else None


def spark_command(
    target: Connection,
    application: str,
    application_args: Sequence[str],
    conf: Mapping[str, Any],
    env_vars: Mapping[str, str],
    *,
    spark_binary: str | None = None,
    deploy_mode: str | None = None,
    yarn_queue: str | None = None,
    verbose: bool = False,
    **options: Any,
) -> list[str]:
    """The command line. `options` are `OPTIONS`; one that is not given, or empty, is left to Spark."""
    if unknown := sorted(set(options) - set(OPTIONS)):
        raise TypeError(f"spark-submit is not given {', '.join(unknown)}")
    extra, master = target.extra_dejson, _master(target)
    mode = deploy_mode or extra.get("deploy-mode")
    _check(target, master, mode)
    given = {"name": "arrow-spark", "principal": extra.get("principal")}
    given |= {name: value for name, value in options.items() if value is not None}
    command = [_binary(spark_binary, extra), "--master", master]
    for name, value in [*conf.items(), *_environment(env_vars, master, mode).items()]:
        command += ["--conf", f"{name}={value}"]
    if "k8s" in master and (space := conf.get("spark.kubernetes.namespace", extra.get("namespace"))):
        command += ["--conf", f"spark.kubernetes.namespace={space}"]
    for name in OPTIONS:
        if given.get(name):
            command += [FLAGS.get(name) or f"--{name.replace('_', '-')}", str(given[name])]
    command += ["--verbose"] if verbose else []
    for flag, value in {"--queue": yarn_queue or extra.get("queue"), "--deploy-mode": mode}.items():
        command += [flag, value] if value else []
    return [*command, application, *application_args]


def _master(target: Connection) -> str:
    """The host where it is a whole address, such as `local[2]` or `k8s://https://host`; else type and host."""
    host, kind = target.host or "", target.conn_type
    whole = kind == "spark" and host and ("://" in host or not target.port)
    master = host if whole else f"{kind}://{host}"
    return f"{master}:{target.port}" if target.port else master


def _binary(given: str | None, extra: Mapping[str, Any]) -> str:
    if given:
        return given
    found = str(extra.get("spark-binary") or BINARIES[0])
    if found not in BINARIES:
        raise dg.Failure(
            f"spark-binary is {found!r}, and not one of {', '.join(BINARIES)}", allow_retries=False
        )
    return found


def _environment(env_vars: Mapping[str, str], master: str, mode: str | None) -> dict[str, str]:
    """The properties that bring variables to a driver on a cluster."""
    if not env_vars or not ("yarn" in master or "k8s" in master):
        if env_vars and mode == "cluster":
            raise dg.Failure("the driver of a standalone cluster gets no variables", allow_retries=False)
        return {}
    prefix = "spark.yarn.appMasterEnv" if "yarn" in master else "spark.kubernetes.driverEnv"
    return {f"{prefix}.{name}": str(value) for name, value in env_vars.items()}


def _check(target: Connection, master: str, mode: str | None) -> None:
    """What spark-submit would not wait for, or what a connection may not have."""
    extra = target.extra_dejson
    if mode == "cluster" and (master.startswith("spark://") or "k8s" in master):
        raise dg.Failure(
            f"with the driver on the cluster of {target.conn_id}, spark-submit does not tell how it ended: "
            "set deploy-mode to client, or use YARN",
            allow_retries=False,
        )
    for name in ("keytab", "spark-home"):
        if extra.get(name):
            raise dg.Failure(f"the connection {target.conn_id} has {name} in its extra", allow_retries=False)
