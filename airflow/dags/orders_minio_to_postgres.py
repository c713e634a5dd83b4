"""
### Orders: lake → warehouse

Every five minutes: **list new files** of `orders-lake/raw/orders/` → **load** them into `warehouse.fact_orders`, a chunk of
files at a time → **publish progress**.

Objects are loaded as they arrive, too: `archive-orders` calls `load-orders`, and this DAG loads what a lost call has left. So a run often finds
nothing new.

The function `load-orders` does the work and keeps the ledger, which alone decides what is loaded. So any task may be
cleared, retried or run twice at once: loading a file again changes nothing. The Variable
`orders_minio_to_postgres_processed_files` is a view of the ledger for people; nothing reads it.

If `load` fails, its log has the function's own message. Files that were not loaded are listed again by the next run.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.exceptions import AirflowSkipException
from airflow.sdk import Variable, dag, task

from tillstream.functions import CALLS_FUNCTIONS, call_function
from tillstream.schedules import schedule_of

PROCESSED_FILES = "orders_minio_to_postgres_processed_files"

# Airflow refuses to map a task more than 1,024 times (core.max_map_length); the next run takes the rest.
CHUNKS_AT_MOST = 1_000

# A task that was mapped before cannot be mapped over an empty list when its run is cleared: "cannot expand field mapped to
# length 0" (airflow.sdk, expandinput.py). So there is always a chunk, and `load` skips one that is empty.
NOTHING = {"chunk": 0, "delivery_ids": [], "rows": 0}


def load_orders(payload: dict) -> dict:
    return call_function("load-orders", payload)


@dag(
    dag_id="orders_minio_to_postgres",
    schedule=schedule_of("orders_minio_to_postgres", "*/5 * * * *"),
    start_date=datetime(2025, 12, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=CALLS_FUNCTIONS,
    tags=["orders", "lake", "warehouse"],
    doc_md=__doc__,
)
def orders_minio_to_postgres():
    @task
    def list_new_files() -> list[dict]:
        return load_orders({"action": "list"})["chunks"][:CHUNKS_AT_MOST] or [NOTHING]

    @task(max_active_tis_per_dag=4, multiple_outputs=False)
    def load(chunk: dict, run_id: str | None = None) -> dict:
        if not chunk["delivery_ids"]:
            raise AirflowSkipException("There is nothing new to load.")
        return load_orders({"action": "load", "delivery_ids": chunk["delivery_ids"], "run_id": run_id})

    # If there is nothing to load, `load` is skipped; the progress is published all the same.
    @task(trigger_rule="none_failed")
    def publish_progress() -> None:
        Variable.set(PROCESSED_FILES, load_orders({"action": "progress"}), serialize_json=True)

    load.expand(chunk=list_new_files()) >> publish_progress()


orders_minio_to_postgres()
