"""The loop of the contenders in Python: encodes each event of a folder and measures the cost."""

import json
import sys
import time
from pathlib import Path


def each_event(parse, encode) -> None:
    before = time.process_time()
    rows = size = 0
    for path in sorted(Path(sys.argv[1]).iterdir()):
        event = parse(path.read_bytes())
        size += len(encode(event))
        rows += len(event["records"]["orders-0"])
    print(json.dumps({"rows": rows, "bytes": size, "cpuSeconds": time.process_time() - before}))
