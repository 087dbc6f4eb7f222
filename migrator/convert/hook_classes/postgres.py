"""PostgresHook becomes the resource `Database`."""

from migrator.convert.hook_classes import Example, HookClass

HOOK = HookClass(
    names=(
        "airflow.providers.postgres.hooks.postgres.PostgresHook",
        "airflow.hooks.postgres_hook.PostgresHook",
    ),
    resource="Database",
    module="databases",
    by_name="database",
    argument="postgres_conn_id",
    usual="postgres_default",
    methods=frozenset(
        {
            *("run", "get_records", "get_first", "get_df", "get_pandas_df", "insert_rows"),
            *("get_conn", "get_cursor", "get_uri", "get_sqlalchemy_engine"),
            *("copy_expert", "bulk_load", "bulk_dump", "descriptions", "last_description"),
        }
    ),
    packages=("psycopg2-binary", "sqlalchemy", "sqlparse"),
)
EXAMPLES = [
    Example(
        name="a hook that the task makes is a resource of its step",
        before='hook = PostgresHook(postgres_conn_id="shop")\nreturn hook.get_first("SELECT 1")',
        after='return shop.get_first("SELECT 1")',
        parameter="shop: Database",
        findings=("EN053",),
    ),
    Example(
        name="without a name, that of the default connection",
        before='PostgresHook().run("VACUUM", autocommit=True)',
        after='postgres_default.run("VACUUM", autocommit=True)',
        parameter="postgres_default: Database",
        findings=("EN053",),
    ),
    Example(
        name="a connection whose name only the run knows is looked up there",
        before='return PostgresHook(ds).get_records("SELECT 1")',
        after='return database(ds).get_records("SELECT 1")',
        findings=("EN054",),
    ),
    Example(
        name="a method that the resource does not have keeps the task in Airflow",
        before='hook = PostgresHook("shop")\nreturn hook.get_table_primary_key("orders")',
        after="",
        findings=("EN051",),
    ),
    Example(
        name="so does an argument that it does not have",
        before='return PostgresHook("shop", enable_log_db_messages=True).get_first("SELECT 1")',
        after="",
        findings=("EN052",),
    ),
    Example(
        name="and a hook that is put where its methods are not seen",
        before='hooks = [PostgresHook("shop")]\nreturn hooks[0].get_first("SELECT 1")',
        after="",
        findings=("EN051",),
    ),
]
