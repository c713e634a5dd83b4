"""
### Orders: Kafka → curated, as they come

Every hour the Structured Streaming job **stream_orders** reads the new records of topic `orders`, curates them into
`curated.fact_orders`, announces what is new or changed on topic `orders_cleaned`, and ends. Its checkpoint has the position where it
stopped, and its merge is one transaction that inserts only missing rows: any run may be cleared, retried or killed.

The same job curates within seconds if it runs without `--available-now`, on EMR Serverless in mode STREAMING. Pause this DAG
then: a checkpoint has one reader.

If Kafka has removed records before the job read them, it fails and says which. `curate_orders` brings their orders, since the
warehouse has them; then start the stream with a new checkpoint.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import dag

from tillstream.functions import CALLS_FUNCTIONS
from tillstream.schedules import schedule_of
from tillstream.spark import spark_job


@dag(
    dag_id="stream_orders",
    schedule=schedule_of("stream_orders", "@hourly"),
    start_date=datetime(2025, 12, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=CALLS_FUNCTIONS,
    tags=["orders", "curated", "spark"],
    doc_md=__doc__,
)
def stream_orders():
    spark_job("stream_orders", ["--available-now"], program="stream_orders.py")


stream_orders()
