"""Starts Tillstream's Spark jobs on EMR Serverless: on one machine its stand-in, by AWS_ENDPOINT_URL_EMR_SERVERLESS."""

from __future__ import annotations

from datetime import timedelta

from airflow.providers.amazon.aws.operators.emr import EmrServerlessStartJobOperator

# Looked up when a task runs, never when a DAG is parsed. The deployment publishes them.
APPLICATION = "{{ var.value.tillstream_spark_application_id }}"
ROLE = "{{ var.value.tillstream_spark_job_role_arn }}"
CODE = "{{ var.value.tillstream_spark_code }}"  # spark/: a folder, or where it was uploaded to

MODULES = ("database.py", "orders.py", "run_sql.py")

LONGEST = timedelta(minutes=20)
POLL_SECONDS = 5


def spark_job(task_id: str, arguments: list[str], program: str = "run_sql.py") -> EmrServerlessStartJobOperator:
    """
    A task that runs `spark/<program>` with these arguments, which may be templates, and waits for its end. The job is
    cancelled with the task. Where it finds its database and lake, the application's configuration tells it.
    """
    modules = ",".join(f"{CODE}/{module}" for module in MODULES if module != program)
    return EmrServerlessStartJobOperator(
        task_id=task_id,
        name=task_id,
        application_id=APPLICATION,
        execution_role_arn=ROLE,
        job_driver={
            "sparkSubmit": {
                "entryPoint": f"{CODE}/{program}",
                "entryPointArguments": [*arguments, "--code", CODE],
                "sparkSubmitParameters": f"--py-files {modules}",
            }
        },
        aws_conn_id=None,
        # A worker of its own asks; a triggerer for deferrable tasks would be one more process on one machine.
        deferrable=False,
        waiter_delay=POLL_SECONDS,
        waiter_max_attempts=int(LONGEST.total_seconds() / POLL_SECONDS),
        execution_timeout=LONGEST,
    )
