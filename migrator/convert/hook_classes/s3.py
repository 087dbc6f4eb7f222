"""S3Hook becomes the resource `ObjectStore`."""

from migrator.convert.hook_classes import Example, HookClass

HOOK = HookClass(
    names=("airflow.providers.amazon.aws.hooks.s3.S3Hook", "airflow.hooks.S3_hook.S3Hook"),
    resource="ObjectStore",
    module="object_store",
    by_name="object_store",
    argument="aws_conn_id",
    usual="aws_default",
    methods=frozenset(
        {
            *("get_conn", "check_for_bucket", "check_for_key", "head_object", "list_keys", "list_prefixes"),
            *("check_for_wildcard_key", "get_wildcard_key", "get_key", "read_key", "download_file"),
            *("load_string", "load_bytes", "load_file", "load_file_obj", "delete_objects"),
        }
    ),
    packages=("dagster-aws",),
)
EXAMPLES = [
    Example(
        name="a hook that the task makes is a resource of its step",
        before=(
            's3 = S3Hook(aws_conn_id="reports_s3")\n'
            's3.load_string("a,b", key=f"{ds}.csv", bucket_name="reports", replace=True)'
        ),
        after=('reports_s3.load_string("a,b", key=f"{ds}.csv", bucket_name="reports", replace=True)'),
        parameter="reports_s3: ObjectStore",
        findings=("EN053",),
    ),
    Example(
        name="a method that the resource does not have keeps the task in Airflow",
        before='S3Hook("lake").create_bucket("reports")',
        after="",
        findings=("EN051",),
    ),
]
