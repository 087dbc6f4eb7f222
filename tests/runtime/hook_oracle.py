"""What the hooks of PostgreSQL and S3 do: the calls of a file, made on Airflow's own hooks, as a program of its own.

    python hook_oracle.py CALLS     (prints the answers as JSON behind the word ANSWERS)

`answers` makes the same calls on whatever has the methods of a hook.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Call = tuple[str, list[Any], dict[str, Any]]


def answers(hook: Any, calls: Sequence[Call], handlers: Mapping[str, Callable[[Any], Any]]) -> list[str]:
    """The result of each call as text, or the name of its error."""
    found = []
    for method, arguments, keywords in calls:
        if "handler" in keywords:
            keywords = {**keywords, "handler": handlers[keywords["handler"]]}
        try:
            found.append(repr(getattr(hook, method)(*arguments, **keywords)))
        except Exception as error:  # any is an answer
            found.append(f"raises {type(error).__name__}")
    return found


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        calls = json.load(file)
    if "AIRFLOW_CONN_LAKE" in os.environ:
        from airflow.providers.amazon.aws.hooks.s3 import S3Hook

        print("ANSWERS" + json.dumps(answers(S3Hook(aws_conn_id="lake"), calls, {})))
        return
    from airflow.providers.common.sql.hooks.handlers import fetch_all_handler, fetch_one_handler
    from airflow.providers.postgres.hooks.postgres import PostgresHook

    handlers = {"all": fetch_all_handler, "one": fetch_one_handler}
    print("ANSWERS" + json.dumps(answers(PostgresHook(postgres_conn_id="shop"), calls, handlers)))


if __name__ == "__main__":
    main()
