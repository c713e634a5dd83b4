"""
### Transactions: raw → clean → hourly metrics → index

Every hour, unless configured: **run transformations**, which rebuilds the hours of `payments.transactions_clean` that changed since the
last run → **refresh views** (`payments.hourly_metrics`, `hourly_amounts`) → **index** those hours of the view in Elasticsearch, a
document for each → **check data quality**. After the first of them, whatever becomes of the others: **alert** people if too many
payments of an hour came late, at least five.

Any task may be cleared, retried or run twice: the same payments give the same rows and documents. With the parameter `full` a
run rebuilds every hour, not just the changed ones, and compares the whole index. There is no catch-up, and a backfill adds nothing: each run takes
everything that changed, of whichever hour.

If `check_data_quality` fails, its log names the failed checks; a retry would not help. `alert_late_events` only notifies: late
payments don't fail a run, and if the notification can't be sent after all retries, the task counts as skipped.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.exceptions import AirflowSkipException
from airflow.sdk import Param, dag, task

from tillstream.functions import CALLS_FUNCTIONS, call_function
from tillstream.quality import run_checks
from tillstream.schedules import schedule_of

# The alert is about payments that came late in these last hours, whenever they were made.
ALERT_HOURS = 24


def transformations(action: str, **arguments) -> dict:
    return call_function("run-transformations", {"action": action, **arguments})


@dag(
    dag_id="process_kafka_to_postgres",
    schedule=schedule_of("process_kafka_to_postgres", "@hourly"),
    start_date=datetime(2025, 12, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    params={
        "full": Param(
            False,
            type="boolean",
            description="Rebuild and compare every hour, not just those that changed since the last run.",
        )
    },
    default_args=CALLS_FUNCTIONS,
    tags=["transactions", "warehouse", "search"],
    doc_md=__doc__,
)
def process_kafka_to_postgres():
    @task(multiple_outputs=False)
    def run_transformations(params=None) -> dict:
        return transformations("transform", full=params["full"])

    @task(multiple_outputs=False)
    def refresh_views() -> dict:
        return transformations("refresh_views")

    @task(multiple_outputs=False)
    def index_hourly_metrics_to_elasticsearch(params=None) -> dict:
        return call_function("index-hourly-metrics", {"full": params["full"]})

    @task(multiple_outputs=False)
    def check_data_quality() -> dict:
        return run_checks("process_kafka_to_postgres")

    @task(multiple_outputs=False)
    def alert_late_events(ti=None) -> dict:
        try:
            return transformations("alert", hours=ALERT_HOURS)
        except Exception as error:
            if ti.try_number <= ti.max_tries:
                raise
            raise AirflowSkipException(f"The check for late payments could not run: {error}") from error

    transformed = run_transformations()
    transformed >> refresh_views() >> index_hourly_metrics_to_elasticsearch() >> check_data_quality()
    # Beside the others: neither a wrong row nor Elasticsearch keeps people from being told.
    transformed >> alert_late_events()


process_kafka_to_postgres()
