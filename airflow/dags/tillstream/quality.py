"""Data quality as tasks: one for each file of sql/quality/<suite>/, which the function check-quality runs."""

from __future__ import annotations

from collections.abc import Iterable

from airflow.exceptions import AirflowFailException
from tillstream.functions import call_function

try:
    from airflow.sdk import task
except ImportError:  # Airflow 2
    from airflow.decorators import task


def run_check(suite: str, check: str) -> dict:
    """Fails at once, with the rows that are wrong, if the check does: trying again would only find them again."""
    try:
        return call_function("check-quality", {"suite": suite, "check": check})
    except RuntimeError as error:
        if "CheckFailed" in str(error):
            raise AirflowFailException(str(error)) from error
        raise


def quality_checks(suite: str, checks: Iterable[str]) -> list:
    """
    A task for each check, named as its file without .sql. What follows all of them runs only if all have passed.

    MWAA has the DAGs and not the files, so a DAG names its checks; airflow/tests hold the two together.
    """
    return [task(task_id=check, multiple_outputs=False)(run_check)(suite, check) for check in checks]
