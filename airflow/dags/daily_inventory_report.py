"""
### The shop's day

Every midnight, UTC: **build** the report of the day that has ended, in `inventory.reports` → **export** it as
`report.csv` and `report.json` to `s3://<lake>/reports/daily_inventory/dt=YYYY-MM-DD/`.

A report counts events by the time when they happened, so a late event changes an earlier report. Each run therefore also makes
the previous day's report again. For events that come later still, trigger the DAG with the parameter `date`: it takes any day
up to today, and reports it as at the end of that day, at the prices of the times of its sales. The same events give the same files for ever, so
any task may be cleared, retried or run twice.

There is no catch-up: a run for each day since the DAG's start would fill a new stack with empty reports. For a range of
days use a backfill, in which the run of a midnight reports the day that ends then.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.exceptions import AirflowFailException
from airflow.sdk import Param, dag, task

from tillstream.functions import CALLS_FUNCTIONS, call_function
from tillstream.schedules import schedule_of


def days_to_report(asked_for: str | None, moment: datetime) -> list[str]:
    """The requested day, or else the last two that had ended at `moment`, the older one for late events."""
    today = moment.astimezone(UTC).date()
    if asked_for and asked_for > str(today):
        # No retry makes it true before that day.
        raise AirflowFailException(f"date: expected a day up to today (UTC), {today}, got {asked_for}")
    if asked_for:
        return [asked_for]
    return [str(today - timedelta(days=ago)) for ago in (2, 1)]


@dag(
    dag_id="daily_inventory_report",
    schedule=schedule_of("daily_inventory_report", "@daily"),
    start_date=datetime(2025, 12, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    params={
        "date": Param(
            None,
            type=["null", "string"],
            format="date",
            description="Report this day (UTC), such as 2026-01-02, instead of the one that is over.",
        )
    },
    default_args=CALLS_FUNCTIONS,
    tags=["inventory", "reports"],
    doc_md=__doc__,
)
def daily_inventory_report():
    # `data_interval_end` is the midnight of a scheduled run. A manual run may have neither an interval nor `ds`, but always has
    # `run_after`.
    @task(multiple_outputs=False)
    def build(params=None, data_interval_end=None, dag_run=None) -> list[dict]:
        days = days_to_report(params["date"], data_interval_end or dag_run.run_after)
        return [call_function("report-inventory", {"action": "build", "date": day}) for day in days]

    @task(multiple_outputs=False)
    def export(reports: list[dict]) -> list[dict]:
        days = [report["report_date"] for report in reports]
        return [call_function("report-inventory", {"action": "export", "date": day}) for day in days]

    export(build())


daily_inventory_report()
