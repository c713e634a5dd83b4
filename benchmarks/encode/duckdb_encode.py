"""DuckDB reads the orders as JSON lines from a file, and writes the Parquet file. Types as ours, to which it casts."""

import tempfile
from pathlib import Path

import duckdb
import orjson
import pyarrow as pa
from each_event import each_event, taken_apart

FOLDER = Path(tempfile.mkdtemp(prefix="tillstream-benchmark-duckdb-"))
LINES = FOLDER / "orders.json"
FILE = FOLDER / "orders.parquet"
COLUMNS = {
    **dict.fromkeys(["order_id", "user_id"], "varchar"),
    "amount": "decimal(10, 2)",
    **dict.fromkeys(["currency", "category", "country"], "varchar"),
    "created_at": "timestamptz",
}
COPY = f"""
    copy (
      select orders.*, kafka.*
      from read_json('{LINES}', format = 'newline_delimited', columns = {COLUMNS}) as orders
      positional join kafka
    ) to '{FILE}' (format parquet, compression zstd, compression_level 1)"""

connection = duckdb.connect(config={"threads": 1})


def encode(event: dict) -> bytes:
    records, values = taken_apart(event)
    LINES.write_bytes(b"\n".join(values))
    times = pa.array([record["timestamp"] * 1000 for record in records], pa.timestamp("us", tz="UTC"))
    offsets = pa.array([record["offset"] for record in records], pa.int64())
    connection.register("kafka", pa.table({"kafka_offset": offsets, "kafka_timestamp": times}))
    connection.execute(COPY)
    return FILE.read_bytes()


try:
    each_event(orjson.loads, encode)
finally:
    for path in FOLDER.iterdir():
        path.unlink()
    FOLDER.rmdir()
