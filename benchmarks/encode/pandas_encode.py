"""The way many write it: batches become DataFrames. Money becomes DOUBLE, nothing is checked."""

import base64
import io
import json

import pandas as pd
from each_event import each_event


def encode(event: dict) -> bytes:
    records = event["records"]["orders-0"]
    frame = pd.DataFrame([json.loads(base64.b64decode(record["value"])) for record in records])
    frame["created_at"] = pd.to_datetime(frame["created_at"])
    frame["kafka_offset"] = [record["offset"] for record in records]
    out = io.BytesIO()
    frame.to_parquet(out, engine="pyarrow", index=False)
    return out.getvalue()


each_event(json.loads, encode)
