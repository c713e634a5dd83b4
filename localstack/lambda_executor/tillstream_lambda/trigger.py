"""CDK's triggers: a function that runs when a stack is deployed, and when the function has changed.

LocalStack's community edition has no custom resources, and CDK's own handler can't be used, since it answers to port 443
only. This module does what that handler does: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.triggers-readme.html
"""

import json
import logging
from typing import ClassVar

from botocore.config import Config
from localstack.aws.connect import connect_to
from localstack.services.cloudformation.resource_provider import OperationStatus, ProgressEvent, ResourceProvider

LOG = logging.getLogger(__name__)

TRIGGER = "Custom::Trigger"
LONGEST_SECONDS = 900


class CustomResourceProvider(ResourceProvider[dict]):
    TYPE = "AWS::CloudFormation::CustomResource"
    SCHEMA: ClassVar = {"primaryIdentifier": ["/properties/HandlerArn"]}

    def create(self, request):
        if request.resource_type != TRIGGER:
            return failed(
                request, f"There is no {request.resource_type} here, nor a custom resource other than {TRIGGER}."
            )
        error = run(request)
        return failed(request, error) if error else done(request)

    def update(self, request):
        # A failure is only logged: LocalStack 4.13.1 can't update a stack after a failed update.
        # localstack/deployment/deploy.ts calls the function once more and reports its answer.
        error = run(request)
        if error:
            LOG.error(error)
        return done(request)

    def delete(self, request):
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={})


def run(request):
    """Returns the error, if there was one."""
    trigger = request.desired_state
    client = connect_to(
        aws_access_key_id=request.account_id,
        region_name=request.region_name,
        config=Config(read_timeout=LONGEST_SECONDS, retries={"total_max_attempts": 1}),
    ).lambda_
    answer = client.invoke(
        FunctionName=trigger["HandlerArn"], InvocationType=trigger.get("InvocationType", "RequestResponse")
    )
    if answer.get("FunctionError"):
        name = trigger["HandlerArn"].split(":")[6]
        return f"{name} failed: {json.load(answer['Payload']).get('errorMessage')}"
    return None


def done(request):
    return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=request.desired_state)


def failed(request, message):
    return ProgressEvent(status=OperationStatus.FAILED, resource_model=request.desired_state, message=message)
