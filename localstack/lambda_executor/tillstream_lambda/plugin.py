"""The plugins that LocalStack finds through the entry points.

LAMBDA_RUNTIME_EXECUTOR=process chooses the executor, GATEWAY_SERVER=tillstream the server.
"""

from localstack.runtime.server.core import RuntimeServerPlugin
from localstack.services.cloudformation.resource_provider import CloudFormationResourceProviderPlugin
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    name = "process"

    def load(self, *args, **kwargs):
        # Imported late, since LocalStack lists its plugins long before it can serve Lambda.
        from tillstream_lambda.executor import ProcessExecutor

        return ProcessExecutor


class ServerPlugin(RuntimeServerPlugin):
    name = "tillstream"

    def load(self, *args, **kwargs):
        from tillstream_lambda.server import LocalServer

        return LocalServer()


class TriggerPlugin(CloudFormationResourceProviderPlugin):
    name = "AWS::CloudFormation::CustomResource"

    def __init__(self):
        self.factory = None

    def load(self):
        from tillstream_lambda.trigger import CustomResourceProvider

        self.factory = CustomResourceProvider
