"""
### The proof of everything

Every night the function `prove` reads again what `prove_pipeline` has proved and closed, and asks for the head of every object in
the lake: so it finds what was changed there since, in rows or in the proof's own notes. It costs more with each day of history
(docs/scale.md). If the books don't balance: docs/runbook.md, "The proof is not balanced".
"""

from __future__ import annotations

from tillstream.proof import proof_dag
from tillstream.schedules import schedule_of

# Airflow looks for DAGs only in files that name it.
proof_dag(
    dag_id="prove_everything",
    # Not when the other daily DAGs are at work.
    schedule=schedule_of("prove_everything", "30 3 * * *"),
    doc_md=__doc__,
    depth="objects",
    all=True,
)
