"""Functions whose step does something with what they give, and that ask Airflow for something themselves."""

from datetime import datetime

from airflow.decorators import dag, task
from airflow.exceptions import AirflowSkipException


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False, params={"word": "hey"})
def within():
    @task
    def extract():
        return {"rows": 3}

    @task.bash
    def stamp():
        """The day alone."""
        return "echo {{ ds }} {{ ti.xcom_pull(task_ids='extract')['rows'] }}"

    @task.bash(env={"WORD": "{{ params.word }}"}, append_env=True)
    def weekend(day, ti=None, **context):
        # Nothing to do on other days.
        if day not in ("saturday", "sunday"):
            raise AirflowSkipException("no weekend")
        day = day.upper()
        rows = ti.xcom_pull(task_ids="extract")["rows"]
        if rows > 5:
            return "echo many on {{ ds }}"
        return f"echo {day} {rows} {context['run_id'] is not None} $WORD"

    @task.sensor(poke_interval=1, timeout=60)
    def is_there(ti, data_interval_start):
        return ti.xcom_pull("extract")["rows"] == 3 and data_interval_start.add(days=1).day > 0

    @task
    def walk(steps, ti=None):
        for step in range(steps):
            yield str(step)
        return f"{ti.task_id} {steps}"

    @task
    def shared(n):
        yield n
        return n

    rows = extract()
    rows >> [stamp(), is_there()]
    rows >> weekend("{{ logical_date.strftime('%A') | lower }}")
    walk(steps=2) >> [shared(1), shared.override(task_id="again")(2)]


within()
