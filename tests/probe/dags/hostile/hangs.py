"""An Airflow DAG file that never ends, and has started a process that does not either."""

import os
import subprocess

child = subprocess.Popen(["sleep", "600"], start_new_session=True)
with open(os.path.join(os.environ["SCRATCH"], "sleeper"), "w") as note:
    note.write(str(child.pid))
while True:
    pass
