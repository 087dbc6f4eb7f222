"""SC062: paths in object stores need a library."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC062",
    title="Paths in object stores need a library",
    severity="info",
    help=(
        "`ObjectStoragePath` is a class of the new project, with the same methods, over universal_pathlib. That "
        "and the file system of each store (`s3fs` for s3, `gcsfs` for gs, `adlfs` for abfs) have to be installed. A "
        "connection in a path is read from the environment when the path is first used: login and password of S3 "
        "and Azure, `endpoint_url`, `region_name`, `keyfile_dict`, `key_path`; one that holds something else fails."
    ),
    before='base = ObjectStoragePath("s3://aws_default@bucket/")',
    after='base = ObjectStoragePath("s3://aws_default@bucket/")  # of runtime/object_storage.py',
)
