"""Curates orders as they come: Kafka → curated.fact_orders, announced on topic orders_cleaned by way of the outbox.

    stream_orders.py [--available-now]

A micro-batch is a run of the job spark/jobs/stream_orders with the new records as its view `records`. Its merge is one
transaction that only inserts missing rows, so a micro-batch may be repeated after a crash. Unusable records are only counted
here: archive-orders keeps them as dead letters. Each micro-batch prints a line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
from typing import Callable

from database import connect
from orders import read_row
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import expr, udf
from pyspark.sql.streaming import StreamingQuery
from run_sql import new_session, run

JOB = "stream_orders"
# A micro-batch has its price, whatever its size, so a backlog comes in few.
AT_MOST = 200_000
# Of orders.read_row.
ROW = (
    "problem string, order_id string, customer_id string, amount bigint, currency string, category string, "
    "country string, created_at string, product_id string, quantity int"
)

# A record that no event of Lambda can hold is a dead letter, not an order: domain/deliverable.ts. Headers count as if all their
# bytes were the longest numbers: what is refused here by mistake, the daily batch takes from the warehouse.
TOO_LARGE = """
    4 * (coalesce(octet_length(key), 0) + coalesce(octet_length(value), 0)) / 3 + coalesce(aggregate(
        headers,
        0L,
        (sum, header) -> sum + 6 * octet_length(header.key) + 5 * coalesce(octet_length(header.value), 0) + 8
    ), 0) > (6 * 1024 - 8) * 1024
"""


def kafka_options() -> dict[str, str]:
    options = {
        "kafka.bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"],
        # Records of aborted transactions are not orders.
        "kafka.isolation.level": "read_committed",
    }
    if os.environ.get("KAFKA_AUTH") != "iam":
        return {**options, **named_login(), **encryption()}
    return {
        **options,
        "kafka.security.protocol": "SASL_SSL",
        "kafka.sasl.mechanism": "AWS_MSK_IAM",
        "kafka.sasl.jaas.config": "software.amazon.msk.auth.iam.IAMLoginModule required;",
        "kafka.sasl.client.callback.handler.class": "software.amazon.msk.auth.iam.IAMClientCallbackHandler",
    }


def named_login() -> dict[str, str]:
    """The settings that adapters/configuration.ts reads for the functions, in Kafka's own words."""
    mechanism = os.environ.get("KAFKA_AUTH", "")
    protocol = ("SASL_" if mechanism else "") + ("SSL" if is_encrypted() else "PLAINTEXT")
    if not mechanism:
        return {"kafka.security.protocol": protocol}
    module = "plain.PlainLoginModule" if mechanism == "PLAIN" else "scram.ScramLoginModule"
    user, password = (escaped(os.environ[f"KAFKA_{part}"]) for part in ("USERNAME", "PASSWORD"))
    return {
        "kafka.security.protocol": protocol,
        "kafka.sasl.mechanism": mechanism,
        "kafka.sasl.jaas.config": f'org.apache.kafka.common.security.{module} required username="{user}" password="{password}";',
    }


def encryption() -> dict[str, str]:
    """Of files in PEM: whose certificates are believed, if not Java's own roots, and the client's certificate and key."""
    if not is_encrypted():
        return {}
    authority, certificate, key = (os.environ.get(f"KAFKA_{part}_FILE") for part in ("CA", "CERTIFICATE", "KEY"))
    trust = {"kafka.ssl.truststore.type": "PEM", "kafka.ssl.truststore.location": authority} if authority else {}
    if not certificate or not key:
        return trust
    return {
        **trust,
        "kafka.ssl.keystore.type": "PEM",
        "kafka.ssl.keystore.certificate.chain": read_text(certificate),
        "kafka.ssl.keystore.key": read_text(key),
    }


def is_encrypted() -> bool:
    return os.environ.get("KAFKA_TLS") == "on"


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def read_text(path: str) -> str:
    with open(path, encoding="ascii") as file:
        return file.read()


def curate(batch: DataFrame, code: str) -> dict:
    """:returns: the result of the run, with the number of records that are orders, and of the others by reason"""
    spark = batch.sparkSession
    read_value = udf(read_row, ROW)("value", expr(TOO_LARGE)).alias("read")
    records = batch.select("partition", "offset", read_value).selectExpr(
        "partition as kafka_partition", "offset as kafka_offset", "read.*"
    )
    # Python reads each record once, however many of its columns are used.
    records.cache().createOrReplaceTempView("records")
    outcomes = spark.sql("select problem, count(*), collect_set(customer_id) from records group by problem").collect()
    customers = [customer for _, _, customers in outcomes for customer in customers]
    done = run(spark, connect(spark), code, JOB, {"customers": ",".join(customers)})
    return {**done, "records": {problem or "orders": count for problem, count, _ in outcomes}}


def start(
    spark: SparkSession,
    code: str,
    checkpoint: str,
    trigger: dict,
    tell: Callable[[dict], None],
    topic: str = "orders",
    at_most: int = AT_MOST,
) -> StreamingQuery:
    """
    :param checkpoint: folder or s3://… that remembers which offsets are in which micro-batch, and which of these are done
    :param at_most: records in a micro-batch
    :param tell: is given what each micro-batch has done
    """
    source = spark.readStream.format("kafka").options(
        **kafka_options(),
        subscribe=topic,
        includeHeaders="true",
        startingOffsets="earliest",
        maxOffsetsPerTrigger=at_most,
        # Fails if Kafka removed records before they were read, since they would be lost silently.
        failOnDataLoss="true",
    )
    curated = source.load().writeStream.foreachBatch(
        lambda batch, batch_id: tell({"batch": batch_id, **curate(batch, code)})
    )
    return curated.queryName(JOB).option("checkpointLocation", checkpoint).trigger(**trigger).start()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument(
        "--available-now", action="store_true", help="end when all is read that is there at the start"
    )
    arguments.add_argument("--every", type=int, default=5, help="else seconds from one micro-batch to the next (5)")
    arguments.add_argument("--at-most", type=int, default=AT_MOST, help=f"records in a micro-batch ({AT_MOST})")
    arguments.add_argument("--topic", default="orders")
    arguments.add_argument("--checkpoint", default=f"{os.environ.get('CHECKPOINTS')}/{JOB}", help="folder or s3://…")
    arguments.add_argument(
        "--code", default=os.path.dirname(os.path.abspath(__file__)), help="folder or s3://… of spark/"
    )
    given = arguments.parse_args()
    start(
        new_session(JOB),
        code=given.code,
        checkpoint=given.checkpoint,
        trigger={"availableNow": True} if given.available_now else {"processingTime": f"{given.every} seconds"},
        tell=lambda done: print(json.dumps(done), flush=True),
        topic=given.topic,
        at_most=given.at_most,
    ).awaitTermination()


if __name__ == "__main__":
    main()
