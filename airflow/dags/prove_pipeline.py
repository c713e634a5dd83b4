"""
### The proof

Every hour the function `prove` compares Kafka's offsets, the ledger, the lake (its objects of the last hours), the warehouse,
the stock, the payments and the outbox. If they don't balance, or something waits too long for its DAG, the run fails, and the
task's log names each check that differs, by partition and offset. What to do then: docs/runbook.md, "The proof is not balanced".

The task is retried a few times first, since the proof also fails if a service is down.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import dag, task

from tillstream.functions import CALLS_FUNCTIONS, call_function

# Only the lake's objects of the last hours: several runs look at each object, and the cost does not grow with the lake.
HOURS = 6


def what_is_off(proof: dict) -> str:
    lines = []
    for check in proof["checks"]:
        if not check["balanced"]:
            lines.append(f"{check['name']}: expected {check['expected']}, got {check['actual']}")
            lines.extend(f"    {place}" for place in check["where"])
    return "\n".join(lines)


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
        proof = call_function("prove", {"depth": "objects", "hours": HOURS})
        if not proof["balanced"]:
            raise RuntimeError(f"The books do not balance.\n{what_is_off(proof)}")
        return proof["streams"]

    prove()


prove_pipeline()
