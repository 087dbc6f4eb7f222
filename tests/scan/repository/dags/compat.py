"""One place for the imports that differ between Airflow 2 and 3."""

# ruff: noqa  # written as users write

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.providers.standard.operators.python import BranchPythonOperator, PythonOperator
    from airflow.sdk import (
        DAG,
        Label,
        TaskGroup,
        chain,
        chain_linear,
        cross_downstream,
        dag,
        task,
        task_group,
    )
    from airflow.sdk import Asset
    from airflow.sdk.bases.operator import BaseOperator
except ImportError:
    from airflow import DAG
    from airflow.datasets import Dataset as Asset
    from airflow.decorators import dag, task, task_group
    from airflow.models.baseoperator import BaseOperator, chain, chain_linear, cross_downstream
    from airflow.operators.bash import BashOperator
    from airflow.operators.empty import EmptyOperator
    from airflow.operators.python import BranchPythonOperator, PythonOperator
    from airflow.utils.edgemodifier import Label
    from airflow.utils.task_group import TaskGroup
