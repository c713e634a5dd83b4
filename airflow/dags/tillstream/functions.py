"""Calls Tillstream's Lambda functions."""

from __future__ import annotations

import json
from datetime import timedelta

from airflow.providers.amazon.aws.hooks.lambda_function import LambdaHook
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
    hook = LambdaHook(aws_conn_id=None, config=lambda_config)
    response = hook.invoke_lambda(
        function_name=full_name, invocation_type="RequestResponse", payload=json.dumps(payload)
    )
    result = json.loads(response["Payload"].read())
    if "FunctionError" in response:
        raise RuntimeError(f"{full_name}: {result.get('errorType')}: {result.get('errorMessage')}")
    return result
