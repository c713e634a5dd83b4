"""Starts Tillstream's Spark jobs on EMR Serverless, or on its local stand-in (AWS_ENDPOINT_URL_EMR_SERVERLESS)."""

from __future__ import annotations

from datetime import timedelta

from airflow.providers.amazon.aws.operators.emr import EmrServerlessStartJobOperator

# Variables that the deployment sets; read when a task runs, never when a DAG is parsed.
APPLICATION = "{{ var.value.tillstream_spark_application_id }}"
ROLE = "{{ var.value.tillstream_spark_job_role_arn }}"
CODE = "{{ var.value.tillstream_spark_code }}"  # spark/: a folder, or where it was uploaded to
# A folder on one machine may have a space in its path. In the cloud nothing is quoted.
QUOTE = "{{ '\"' if ' ' in var.value.tillstream_spark_code else '' }}"

MODULES = ("database.py", "orders.py", "run_sql.py")

LONGEST = timedelta(minutes=20)
# A run waits half of it after its job's end on average.
POLL_SECONDS = 2


def spark_job(task_id: str, arguments: list[str], program: str = "run_sql.py") -> EmrServerlessStartJobOperator:
    """
    A task that runs `spark/<program>` with these arguments, which may be templates, and waits until it ends. Cancelling the task
    cancels the job. The application's configuration tells the job its database and lake.
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
                "sparkSubmitParameters": f"--py-files {QUOTE}{modules}{QUOTE}",
            }
        },
        aws_conn_id=None,
        # Polls in the task's own worker; deferrable tasks would need a triggerer, one more process on one machine.
        deferrable=False,
        waiter_delay=POLL_SECONDS,
        waiter_max_attempts=int(LONGEST.total_seconds() / POLL_SECONDS),
        execution_timeout=LONGEST,
    )
