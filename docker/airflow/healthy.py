"""Exit code 0 if a part of Airflow is well: python healthy.py metadatabase|scheduler|dag_processor

The API server knows of all of them by their heartbeats; asking it costs a fraction of what `airflow jobs check` does.
"""

import json
import os
import sys
import urllib.parse
import urllib.request

api_server = os.environ["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]
url = urllib.parse.urljoin(api_server, "/api/v2/monitor/health")

with urllib.request.urlopen(url, timeout=5) as answer:
    status = json.load(answer)[sys.argv[1]]["status"]
if status != "healthy":
    sys.exit(f"{sys.argv[1]} is {status}")
