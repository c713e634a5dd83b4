"""
### Orders: warehouse and shop → curated

Every midnight, UTC: the Spark job **curate_orders** brings `curated.fact_orders`, `dim_customers` and `dim_products` up to date
with `warehouse.fact_orders` and the shop's own tables, and removes what the shop has deleted → **data quality**, a task for each
file of `sql/quality/curate_orders/` → **curated_is_good**, which runs only if every check has passed. Whatever relies on curated
should depend on it, in this DAG or through its asset.

The job recomputes each day whose orders changed and writes only what differs, in one transaction. So any task may be cleared,
retried or run twice, and readers never see half a run. With the parameter `date` a run also recomputes that day, even if its
count and sum are right. There is no catch-up: each run takes everything that changed, of whichever day.

If a check fails, its log says what was expected and which rows are wrong; it is not retried. The orders stay in curated, since
the next run may correct them: trigger the DAG with `date` to recompute a day.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import Asset, Param, dag, task

from tillstream.functions import CALLS_FUNCTIONS
from tillstream.quality import quality_checks
from tillstream.schedules import schedule_of
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
    schedule=schedule_of("curate_orders", "@daily"),
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
