"""
### The proof of everything

Every night the function `prove` reads again what `prove_pipeline` has proved and closed, and asks for the head of every object in
the lake: so it finds what was changed there since, in rows or in the proof's own notes. It costs more with each day of history
(docs/scale.md). If the books don't balance: docs/runbook.md, "The proof is not balanced".
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import dag, task

from tillstream.functions import CALLS_FUNCTIONS, call_function
from tillstream.proof import totals_of


@dag(
    dag_id="prove_everything",
    # Not when the other daily DAGs are at work.
    schedule="30 3 * * *",
    start_date=datetime(2025, 12, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={**CALLS_FUNCTIONS, "retries": 2},
    tags=["proof"],
    doc_md=__doc__,
)
def prove_everything():
    @task(multiple_outputs=False)
    def prove() -> dict:
        return totals_of(call_function("prove", {"depth": "objects", "all": True}))

    prove()


prove_everything()
