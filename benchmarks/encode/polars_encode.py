"""Polars reads the orders as JSON lines. Types as ours; values are not checked."""

import io

import orjson
import polars as pl
from each_event import each_event, taken_apart

TIME = pl.Datetime("us", "UTC")


def encode(event: dict) -> bytes:
    records, values = taken_apart(event)
    frame = pl.read_ndjson(b"\n".join(values)).with_columns(
        pl.col("amount").cast(pl.Decimal(10, 2)),
        pl.col("created_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC"),
        pl.Series("kafka_offset", [record["offset"] for record in records]),
        (pl.Series("kafka_timestamp", [record["timestamp"] for record in records]) * 1000).cast(TIME),
    )
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd", compression_level=1)
    return out.getvalue()


each_event(orjson.loads, encode)
