"""The DAGs of the proof, and what they make of its answer."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import dag, task

from tillstream.functions import CALLS_FUNCTIONS, call_function


def proof_dag(dag_id: str, schedule: str, doc_md: str, **request: object):
    """A DAG whose one task has the function `prove` prove what the request says."""

    @dag(
        dag_id=dag_id,
        schedule=schedule,
        start_date=datetime(2025, 12, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        default_args={**CALLS_FUNCTIONS, "retries": 2},
        tags=["proof"],
        doc_md=doc_md,
    )
    def proof():
        @task(multiple_outputs=False)
        def prove() -> dict:
            return totals_of(call_function("prove", request))

        prove()

    return proof()


def what_is_off(proof: dict) -> str:
    lines = []
    for check in proof["checks"]:
        if not check["balanced"]:
            lines.append(f"{check['name']}: expected {check['expected']}, got {check['actual']}")
            lines.extend(f"    {place}" for place in check["where"])
    return "\n".join(lines)


def totals_of(proof: dict) -> dict:
    """The totals of the streams. Raises with every check that differs if the books don't balance."""
    print(proof.get("read", ""))
    if not proof["balanced"]:
        raise RuntimeError(f"The books do not balance.\n{what_is_off(proof)}")
    return proof["streams"]
