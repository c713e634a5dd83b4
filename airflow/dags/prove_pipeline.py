"""
### The proof

Every hour the function `prove` compares Kafka's offsets, the ledger, the lake, the warehouse, the stock, the payments and the
outbox, as far as they changed since the proof before. If they don't balance, or something waits too long for its DAG, the run
fails, and the task's log names each check that differs, by partition and offset. `prove_everything` reads all again each night.
What to do then: docs/runbook.md, "The proof is not balanced".

The task is retried a few times first, since the proof also fails if a service is down.
"""

from __future__ import annotations

from tillstream.proof import proof_dag
from tillstream.schedules import schedule_of

# Airflow looks for DAGs only in files that name it.
proof_dag(
    dag_id="prove_pipeline",
    schedule=schedule_of("prove_pipeline", "@hourly"),
    doc_md=__doc__,
    depth="objects",
)
