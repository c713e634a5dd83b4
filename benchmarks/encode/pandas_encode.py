"""The usual way in pandas: batches become DataFrames. Money becomes DOUBLE, nothing is checked."""

import io
import json

import pandas as pd
from each_event import each_event, taken_apart


def encode(event: dict) -> bytes:
    records, values = taken_apart(event)
    frame = pd.DataFrame([json.loads(value) for value in values])
    frame["created_at"] = pd.to_datetime(frame["created_at"])
    frame["kafka_offset"] = [record["offset"] for record in records]
    out = io.BytesIO()
    frame.to_parquet(out, engine="pyarrow", index=False)
    return out.getvalue()


each_event(json.loads, encode)
