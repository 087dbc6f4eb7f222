"""A cluster is made, used and taken down, also when the job on it fails."""

from datetime import datetime

from airflow.decorators import dag, setup, task, teardown


@dag(start_date=datetime(2023, 1, 1), schedule="@weekly", catchup=False)
def cluster_setup():
    @setup
    def create_cluster():
        return "cluster-7"

    @task
    def run_job(cluster: str):
        return f"ran on {cluster}"

    @task
    def broken_job():
        raise RuntimeError("out of memory")

    @teardown
    def delete_cluster(cluster: str):
        return f"deleted {cluster}"

    cluster = create_cluster()
    jobs = [run_job(cluster), broken_job()]
    cluster >> jobs >> delete_cluster(cluster)


cluster_setup()
