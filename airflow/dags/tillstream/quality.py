"""Data quality as tasks: the function check-quality runs the files of sql/quality/<suite>/."""

from __future__ import annotations

from collections.abc import Iterable

from airflow.exceptions import AirflowFailException
from airflow.sdk import task

from tillstream.functions import call_function


def run_checks(suite: str, check: str | None = None) -> dict:
    """Every check of the suite, or one. A failed check fails the task at once: a retry would find the same rows."""
    try:
        return call_function("check-quality", {"suite": suite, **({"check": check} if check else {})})
    except RuntimeError as error:
        if "CheckFailed" in str(error):
            raise AirflowFailException(str(error)) from error
        raise


def quality_checks(suite: str, checks: Iterable[str]) -> list:
    """
    A task per check, named like its file without .sql. Tasks downstream of all of them run only if all have passed.

    MWAA has the DAGs but not the SQL files, so a DAG lists its checks; airflow/tests compares the list with the files.
    """
    return [task(task_id=check, multiple_outputs=False)(run_checks)(suite, check) for check in checks]
