"""
### User events: bronze → gold

Every midnight, UTC: the Spark job **aggregate_user_events** counts what is new in `bronze/user_events/` into
`gold.daily_product_clicks` and `gold.daily_orders` → **data quality**, a task for each file of
`sql/quality/aggregate_user_events/` → **gold_is_good**, which only runs if every check has passed: whatever relies on gold
hangs on it, here or by its asset.

A day that new objects have events of is counted anew from all its objects, however late the events came, and replaced in one
transaction that also marks the objects as aggregated. So any task may be cleared, retried or run twice; with the parameter
`date` a run also counts that day anew. There is no catch-up, since a run takes all that is new, whichever days it is of.

If a check fails, its log says what should be and which rows are not so; it is not retried.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import Asset, Param, dag, task

from tillstream.functions import CALLS_FUNCTIONS
from tillstream.quality import quality_checks
from tillstream.spark import spark_job

CHECKS = ("counts_fit_events", "numbers_are_possible", "unique_keys", "objects_are_fresh")


@dag(
    dag_id="aggregate_user_events",
    schedule="@daily",
    start_date=datetime(2025, 12, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    params={
        "date": Param(
            None,
            type=["null", "string"],
            format="date",
            description="Count this day (UTC), such as 2026-01-02, anew, beside those with new events.",
        )
    },
    default_args=CALLS_FUNCTIONS,
    tags=["events", "gold", "spark"],
    doc_md=__doc__,
)
def aggregate_user_events():
    @task(outlets=[Asset("tillstream://gold")])
    def gold_is_good() -> None:
        pass

    (
        spark_job("aggregate_user_events", ["aggregate_user_events", "--param", "date={{ params.date or 'none' }}"])
        >> quality_checks("aggregate_user_events", CHECKS)
        >> gold_is_good()
    )


aggregate_user_events()
