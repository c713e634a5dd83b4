"""Loads the DAGs as Airflow does, with its own home and database; needs no service."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

# Before airflow is first imported: it reads its configuration then.
HOME = tempfile.mkdtemp(prefix="tillstream-dags-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ["AIRFLOW_HOME"] = HOME
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"

DAGS = Path(__file__).parent.parent / "dags"
# As Airflow's DAG processor and workers do, so that the DAGs find their shared modules.
sys.path.append(str(DAGS))


@pytest.fixture(scope="session")
def dag_bag():
    from airflow.models import DagBag

    return DagBag(dag_folder=str(DAGS), include_examples=False)
