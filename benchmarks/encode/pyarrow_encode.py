"""Good Python: orjson and pyarrow with an explicit schema, no pandas. Same types as ours; values are not checked."""

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from each_event import each_event, taken_apart

TEXTS = ["order_id", "user_id", "currency", "category", "country"]


def encode(event: dict) -> pa.Buffer:
    records, values = taken_apart(event)
    orders = [orjson.loads(value) for value in values]
    columns = {name: pa.array([order[name] for order in orders], pa.string()) for name in TEXTS}
    amounts = pa.array([order["amount"] for order in orders], pa.float64())
    times = pa.array([order["created_at"] for order in orders], pa.string())
    columns["amount"] = amounts.cast(pa.decimal128(10, 2))
    columns["created_at"] = times.cast(pa.timestamp("us", tz="UTC"))
    columns["kafka_offset"] = pa.array([record["offset"] for record in records], pa.int64())
    columns["kafka_timestamp"] = pa.array(
        [record["timestamp"] * 1000 for record in records], pa.timestamp("us", tz="UTC")
    )
    out = pa.BufferOutputStream()
    pq.write_table(
        pa.table(columns),
        out,
        compression="zstd",
        compression_level=1,
        use_dictionary=["currency", "category", "country"],
    )
    return out.getvalue()


each_event(orjson.loads, encode)
