"""Commands that functions put together."""

from datetime import datetime

from airflow.decorators import dag, task


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def commands():
    @task.bash(env={"WHAT": "{{ ds }}"}, append_env=True)
    def tell(greeting, ds=None):
        return f'echo "{greeting} $WHAT {ds}"'

    @task.bash(skip_on_exit_code=7)
    def left_out() -> str:
        return "exit 7"

    @task.bash
    def empty():
        return "  "

    @task(trigger_rule="all_done")
    def size(text):
        return [text, len(text)]

    told = tell("hello")
    sized = size(told)
    [left_out(), empty()] >> sized


@dag(schedule=None, start_date=datetime(2024, 1, 1))
def rendered_commands():
    @task.bash
    def later(word="of"):
        return f"echo {{{{ ds }}}} {word}"

    later()


commands()
rendered_commands()
