"""What LocalStack finds through the entry point and loads when LAMBDA_RUNTIME_EXECUTOR=process."""

from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    name = "process"

    def load(self, *args, **kwargs):
        # Imported late: LocalStack lists its plugins long before it can serve Lambda.
        from tillstream_lambda.executor import ProcessExecutor

        return ProcessExecutor
