"""Calls Tillstream's Lambda functions."""

from __future__ import annotations

import json
from datetime import timedelta

import boto3
from airflow.sdk import Variable
from botocore.config import Config

LAMBDA_LIMIT = timedelta(minutes=15)

# For `default_args` of a DAG whose tasks call functions: calls may be repeated, and a task ends just after Lambda's limit.
CALLS_FUNCTIONS = {
    "owner": "tillstream",
    "retries": 3,
    "retry_delay": timedelta(seconds=15),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=5),
    "execution_timeout": LAMBDA_LIMIT + timedelta(minutes=1),
}


def call_function(name: str, payload: dict) -> dict:
    """Calls a function such as `load-orders` and returns its answer. Raises with the function's own message if it fails."""
    full_name = Variable.get("tillstream_function_prefix", "tillstream-local") + "-" + name
    # By default botocore gives up after 60 s and calls again while the first call still runs; Airflow does the retries here.
    # Without TCP keepalive, idle connections are dropped on the way after minutes.
    lambda_config = Config(
        read_timeout=LAMBDA_LIMIT.total_seconds() + 5,
        retries={"total_max_attempts": 1},
        tcp_keepalive=True,
    )
    # Airflow's LambdaHook needs 0.4 s of processor time more in each task, to name its caller in the user agent.
    response = boto3.client("lambda", config=lambda_config).invoke(FunctionName=full_name, Payload=json.dumps(payload))
    result = json.loads(response["Payload"].read())
    if "FunctionError" in response:
        raise RuntimeError(f"{full_name}: {result.get('errorType')}: {result.get('errorMessage')}")
    return result
