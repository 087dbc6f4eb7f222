"""Functions without a name that ask Airflow for something."""

from datetime import datetime

from airflow import DAG
from airflow.operators.python import BranchPythonOperator, PythonOperator, ShortCircuitOperator
from airflow.sensors.python import PythonSensor

with DAG("lambdas", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False) as dag:
    count = PythonOperator(task_id="count_days", python_callable=lambda **context: len(context["ds"]))
    text = PythonOperator(task_id="text", python_callable=lambda ds, n: f"{ds}/{n}", op_kwargs={"n": 3})
    together = PythonOperator(
        task_id="together",
        python_callable=lambda ti: (
            ti.xcom_pull(task_ids="count_days")
            + len(ti.xcom_pull(task_ids="text"))
            + len(ti.xcom_pull(task_ids=["count_days", "text"]))
        ),
    )
    next_day = PythonOperator(
        task_id="next_day", python_callable=lambda **kw: kw["logical_date"].add(days=1).to_date_string()
    )
    unkept = PythonOperator(task_id="unkept", python_callable=lambda ts: ts, do_xcom_push=False)
    context_of_its_own = PythonOperator(
        task_id="own_names", python_callable=lambda ds: [context + ds for context in ("x", "y")]
    )
    peeks = PythonSensor(
        task_id="peeks", python_callable=lambda ti, ds: ti.xcom_pull(task_ids="together") > 3 and ds
    )
    decides = BranchPythonOperator(
        task_id="decides",
        python_callable=lambda ti: "one_arm" if ti.xcom_pull(task_ids="count_days") else "other_arm",
    )
    one_arm = PythonOperator(task_id="one_arm", python_callable=lambda: None)
    other_arm = PythonOperator(task_id="other_arm", python_callable=lambda: None)
    stops = ShortCircuitOperator(task_id="stops", python_callable=lambda **kwargs: kwargs["ds"] < "2024")
    not_reached = PythonOperator(task_id="not_reached", python_callable=lambda: 1)
    [count, text] >> together >> [next_day, unkept, context_of_its_own, peeks]
    together >> decides >> [one_arm, other_arm]
    next_day >> stops >> not_reached
