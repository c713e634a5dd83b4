"""The program of the contender Spark: Kafka → Parquet in S3 → PostgreSQL.

After a crash the checkpoint says which offsets the micro-batch had that was not finished, and it is repeated as it was. What it had
written stays, so appended files are there twice. The warehouse's key drops repeats.
"""

import json
import sys
from urllib.parse import urlsplit

from database import Database, new_run
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, from_json

settings = json.loads(sys.argv[1])
PLACE, TABLE = settings["place"], settings["table"]
COLUMNS = "order_id, user_id, amount, currency, category, country, created_at"
SCHEMA = (
    "order_id string, user_id string, amount decimal(10, 2), currency string, category string, country string, "
    "created_at timestamp"
)
# As many as four of our batches.
AT_MOST = 40_000

spark = SparkSession.builder.appName("contest").getOrCreate()
login = urlsplit(settings["database"])
database = Database(
    spark,
    f"jdbc:postgresql://{login.hostname}:{login.port}{login.path}?reWriteBatchedInserts=true",
    login.username,
    login.password,
)


def write(batch: DataFrame, batch_id: int) -> None:
    batch.persist()
    if settings["idempotent"]:
        batch.write.mode("overwrite").parquet(f"{PLACE}/orders/batch={batch_id}")
    else:
        batch.write.mode("append").parquet(f"{PLACE}/orders")
    staged = f"contest_{new_run()}"
    database.stage(batch.select(*COLUMNS.split(", ")), staged)
    database.transaction(
        f"""insert into {TABLE} ({COLUMNS})
            select order_id::uuid, user_id::uuid, amount, currency, category, country, created_at from staging.{staged}
            on conflict (order_id) do nothing""",
        f"drop table staging.{staged}",
    )
    batch.unpersist()


records = (
    spark.readStream.format("kafka")
    .options(
        **{"kafka.bootstrap.servers": settings["bootstrapServers"]},
        subscribe=settings["topic"],
        startingOffsets="earliest",
        maxOffsetsPerTrigger=AT_MOST,
    )
    .load()
)
orders = records.select(from_json(col("value").cast("string"), SCHEMA).alias("order"), "partition", "offset").select(
    "order.*", "partition", "offset"
)
stream = orders.writeStream.foreachBatch(write).option("checkpointLocation", f"{PLACE}/checkpoint")
stream.start().awaitTermination()
