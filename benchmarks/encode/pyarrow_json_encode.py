"""pyarrow reads the orders as JSON lines: no Python object for an order. Types as ours; values are not checked."""

import orjson
import pyarrow as pa
import pyarrow.json as pj
import pyarrow.parquet as pq
from each_event import each_event, taken_apart

TEXTS = ["order_id", "user_id", "currency", "category", "country", "created_at"]
SCHEMA = pa.schema([*((name, pa.string()) for name in TEXTS), ("amount", pa.float64())])
PARSE = pj.ParseOptions(explicit_schema=SCHEMA)
READ = pj.ReadOptions(use_threads=False, block_size=1 << 23)
TIME = pa.timestamp("us", tz="UTC")


def encode(event: dict) -> pa.Buffer:
    records, values = taken_apart(event)
    table = pj.read_json(pa.BufferReader(b"\n".join(values)), parse_options=PARSE, read_options=READ)
    columns = {name: table[name] for name in table.column_names}
    columns["amount"] = columns["amount"].cast(pa.decimal128(10, 2))
    columns["created_at"] = columns["created_at"].cast(TIME)
    columns["kafka_offset"] = pa.array([record["offset"] for record in records], pa.int64())
    columns["kafka_timestamp"] = pa.array([record["timestamp"] * 1000 for record in records], TIME)
    out = pa.BufferOutputStream()
    dictionaries = ["currency", "category", "country"]
    pq.write_table(pa.table(columns), out, compression="zstd", compression_level=1, use_dictionary=dictionaries)
    return out.getvalue()


each_event(orjson.loads, encode)
