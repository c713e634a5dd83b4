"""Curates orders as they come: Kafka → curated.fact_orders, announced on topic orders_cleaned by way of the outbox.

    stream_orders.py [--available-now]

A micro-batch is a run of the job spark/jobs/stream_orders whose view `records` is what came. Its merge is one transaction
that only inserts what is not there, so a micro-batch may be repeated after a crash. What can't be read is left to
archive-orders, which keeps it as a dead letter; here it is only counted. Each micro-batch is told of in a line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os

from database import connect
from orders import Order, Unusable, read_order
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import udf
from run_sql import new_session, run

JOB = "stream_orders"
READ = (
    "problem string, order_id string, customer_id string, amount bigint, currency string, category string, "
    "country string, created_at string, product_id string, quantity int"
)
NO_ORDER = (None,) * len(Order._fields)


@udf(READ)
def read(value: bytes) -> tuple:
    try:
        return (None, *read_order(value))
    except Unusable as problem:
        return (str(problem), *NO_ORDER)


def read_stream(spark: SparkSession, topic: str, at_most: int) -> DataFrame:
    options = {
        "kafka.bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"],
        "subscribe": topic,
        "startingOffsets": "earliest",
        "maxOffsetsPerTrigger": at_most,
        # Records that are gone before they were read are a loss, and no reason to go on in silence.
        "failOnDataLoss": "true",
    }
    if os.environ.get("KAFKA_AUTH") == "iam":
        options["kafka.security.protocol"] = "SASL_SSL"
        options["kafka.sasl.mechanism"] = "AWS_MSK_IAM"
        options["kafka.sasl.jaas.config"] = "software.amazon.msk.auth.iam.IAMLoginModule required;"
        options["kafka.sasl.client.callback.handler.class"] = "software.amazon.msk.auth.iam.IAMClientCallbackHandler"
    return spark.readStream.format("kafka").options(**options).load()


def curate(batch: DataFrame, batch_id: int, code: str) -> None:
    spark = batch.sparkSession
    records = batch.select("partition", "offset", read("value").alias("read")).selectExpr(
        "partition as kafka_partition", "offset as kafka_offset", "read.*"
    )
    # Python reads each record once, however often its columns are asked for.
    records = records.cache()
    records.createOrReplaceTempView("records")
    customers = spark.sql("select distinct customer_id from records where problem is null").collect()
    counts = spark.sql("select problem, count(*) from records group by problem").collect()
    parameters = {"customers": ",".join(customer_id for (customer_id,) in customers)}
    done = run(spark, connect(spark), code, JOB, parameters)
    done["batch"] = batch_id
    done["records"] = {problem or "orders": count for problem, count in counts}
    print(json.dumps(done), flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--available-now", action="store_true", help="end when all is read that is there at the start")
    arguments.add_argument("--every", type=int, default=5, help="seconds from one micro-batch to the next (5)")
    arguments.add_argument("--at-most", type=int, default=20_000, help="records in a micro-batch (20000)")
    arguments.add_argument("--topic", default="orders")
    arguments.add_argument("--checkpoint", default=f"{os.environ.get('CHECKPOINTS')}/{JOB}", help="folder or s3://…")
    arguments.add_argument("--code", default=os.path.dirname(os.path.abspath(__file__)), help="folder or s3://… of spark/")
    given = arguments.parse_args()
    spark = new_session(JOB)
    writer = (
        read_stream(spark, given.topic, given.at_most)
        .writeStream.queryName(JOB)
        .option("checkpointLocation", given.checkpoint)
        .foreachBatch(lambda batch, batch_id: curate(batch, batch_id, given.code))
        .trigger(**({"availableNow": True} if given.available_now else {"processingTime": f"{given.every} seconds"}))
    )
    writer.start().awaitTermination()


if __name__ == "__main__":
    main()
