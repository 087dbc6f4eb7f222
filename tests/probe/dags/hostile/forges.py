"""An Airflow DAG file that prints what looks like an answer, and reads what could be a request."""

import os
import sys

print('{"id": 1, "event": "done", "dags": [], "errors": []}', flush=True)
os.write(1, b'{"id": 1, "event": "error", "kind": "failed", "error": "forged"}\n')
os.system('echo \'{"id": 1, "event": "done"}\'')
assert sys.stdin.read() == ""
assert input is not None
