"""What spark_job requests from EMR Serverless, once its templates are rendered."""

import jinja2

from tillstream.spark import spark_job

VARIABLES = {
    "tillstream_spark_application_id": "00app",
    "tillstream_spark_job_role_arn": "arn:aws:iam::1:role/spark",
}


def rendered(code: str):
    task = spark_job("curate", ["curate_orders", "--param", "date={{ day }}"])
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    variables = {**VARIABLES, "tillstream_spark_code": code}
    task.render_template_fields({"var": {"value": variables}, "day": "2025-12-11"}, environment)
    return task


def test_asks_for_the_program_with_the_arguments_of_the_run():
    task = rendered("s3://work/code")
    assert task.application_id == "00app"
    assert task.execution_role_arn == "arn:aws:iam::1:role/spark"
    assert task.job_driver == {
        "sparkSubmit": {
            "entryPoint": "s3://work/code/run_sql.py",
            "entryPointArguments": ["curate_orders", "--param", "date=2025-12-11", "--code", "s3://work/code"],
            "sparkSubmitParameters": "--py-files s3://work/code/database.py,s3://work/code/orders.py",
        }
    }


def test_quotes_a_folder_with_a_space():
    submit = rendered("/home/ada/my shop/spark").job_driver["sparkSubmit"]
    assert submit["entryPoint"] == "/home/ada/my shop/spark/run_sql.py"
    assert submit["sparkSubmitParameters"] == (
        '--py-files "/home/ada/my shop/spark/database.py,/home/ada/my shop/spark/orders.py"'
    )


def test_waits_in_the_task_as_long_as_the_task_may_run():
    task = spark_job("curate", [])
    assert task.wait_for_completion
    assert not task.deferrable
    assert task.waiter_delay * task.waiter_max_attempts == task.execution_timeout.total_seconds()
