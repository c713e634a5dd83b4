"""Keeps its JVM for the jobs of `attach.py`. The argument is the file that gets the port and the secret of Py4J's gateway."""

import json
import os
import signal
import sys

file = sys.argv[1]
with os.fdopen(os.open(f"{file}.new", os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
    json.dump({name: os.environ[name] for name in ("PYSPARK_GATEWAY_PORT", "PYSPARK_GATEWAY_SECRET")}, out)
os.rename(f"{file}.new", file)
while True:
    signal.pause()
