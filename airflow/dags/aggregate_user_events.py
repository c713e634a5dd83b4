"""
### User events: bronze → gold

Every midnight, UTC: the Spark job **aggregate_user_events** counts new objects of `bronze/user_events/` into
`gold.daily_product_clicks` and `gold.daily_orders` → **data quality**, a task for each file of
`sql/quality/aggregate_user_events/` → **gold_is_good**, which runs only if every check has passed. Whatever relies on gold
should depend on it, in this DAG or through its asset.

If new objects have events of a day, the job counts that day again from all its objects, however late the events came. One
transaction replaces the day and marks the objects as aggregated, so any task may be cleared, retried or run twice. With the
parameter `date` a run also counts that day again. An order counts once, on the day of its earliest purchase event. There is no
catch-up: each run takes everything new, of whichever day.

After an upgrade that changes how gold counts, each run also counts 30 days of `gold.days_to_recount` again, the newest first; to
have them sooner, trigger runs until the table is empty.

If a check fails, its log says what was expected and which rows are wrong; it is not retried.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import Asset, Param, dag, task

from tillstream.functions import CALLS_FUNCTIONS
from tillstream.quality import quality_checks
from tillstream.schedules import schedule_of
from tillstream.spark import spark_job

CHECKS = ("counts_fit_events", "numbers_are_possible", "unique_keys", "objects_are_fresh")


@dag(
    dag_id="aggregate_user_events",
    schedule=schedule_of("aggregate_user_events", "@daily"),
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
