"""When DAGs run: keys `schedules.…` of the configuration (docs/configuration.md)."""

from __future__ import annotations

import json
import os
from pathlib import Path


def schedule_of(dag_id: str, standard: str) -> str:
    """
    A preset or cron expression: that of the environment variable `TILLSTREAM_SCHEDULES_<DAG>`, which a deployment sets. In compose the
    container `tillstream` knows the configuration, and writes these variables into a file that `DAG_SCHEDULES_FILE` names; until
    then it is the standard. Read whenever the DAG's file is parsed; a Variable would be a call to Secrets Manager each time.
    """
    variable = f"TILLSTREAM_SCHEDULES_{dag_id.upper()}"
    return {**os.environ, **written()}.get(variable) or standard


def written() -> dict[str, str]:
    file = Path(os.environ.get("DAG_SCHEDULES_FILE", ""))
    return json.loads(file.read_text()) if file.is_file() else {}
