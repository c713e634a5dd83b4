"""
### The proof

Every hour the function `prove` compares Kafka's offsets, the ledger, the lake, the warehouse, the stock, the payments and the
outbox, as far as they changed since the proof before. If they don't balance, or something waits too long for its DAG, the run
fails, and the task's log names each check that differs, by partition and offset. `prove_everything` reads all again each night.
What to do then: docs/runbook.md, "The proof is not balanced".

The task is retried a few times first, since the proof also fails if a service is down.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import dag, task

from tillstream.functions import CALLS_FUNCTIONS, call_function
from tillstream.proof import totals_of


@dag(
    dag_id="prove_pipeline",
    schedule="@hourly",
    start_date=datetime(2025, 12, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={**CALLS_FUNCTIONS, "retries": 2},
    tags=["proof"],
    doc_md=__doc__,
)
def prove_pipeline():
    @task(multiple_outputs=False)
    def prove() -> dict:
        return totals_of(call_function("prove", {"depth": "objects"}))

    prove()


prove_pipeline()
