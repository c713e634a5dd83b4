"""
### Orders: warehouse and shop → curated

Every midnight, UTC: the Spark job **curate_orders** brings `curated.fact_orders`, `dim_customers` and `dim_products` up to date
with `warehouse.fact_orders` and the shop's own tables → **data quality**, a task for each file of `sql/quality/curate_orders/`
→ **curated_is_good**, which only runs if every check has passed: whatever relies on curated hangs on it, here or by its asset.

The job redoes each day whose orders have changed, whichever day that is, and writes only what differs, in one transaction: any
task may be cleared, retried or run twice, and readers never see half a run. With the parameter `date` a run also redoes that
day, though its count and sum are right. There is no catch-up, since a run takes all that changed; a run for each day since the
DAG's start would do the same again.

If a check fails, its log says what should be and which rows are not so; it is not retried. The orders stay in curated, as the
next run may mend them: trigger the DAG with `date` to redo a day.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import Asset, Param, dag, task

from tillstream.functions import CALLS_FUNCTIONS
from tillstream.quality import quality_checks
from tillstream.spark import spark_job

CHECKS = (
    "row_counts_equal_sources",
    "revenue_equals_warehouse",
    "no_nulls",
    "unique_keys",
    "orders_have_customers",
    "orders_have_products",
    "customers_are_complete",
    "loads_are_fresh",
)


@dag(
    dag_id="curate_orders",
    schedule="@daily",
    start_date=datetime(2025, 12, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    params={
        "date": Param(
            None,
            type=["null", "string"],
            format="date",
            description="Redo this day (UTC), such as 2026-01-02, beside those that changed.",
        )
    },
    default_args=CALLS_FUNCTIONS,
    tags=["orders", "curated", "spark"],
    doc_md=__doc__,
)
def curate_orders():
    @task(outlets=[Asset("tillstream://curated")])
    def curated_is_good() -> None:
        pass

    (
        spark_job("curate_orders", ["curate_orders", "--param", "date={{ params.date or 'none' }}"])
        >> quality_checks("curate_orders", CHECKS)
        >> curated_is_good()
    )


curate_orders()
