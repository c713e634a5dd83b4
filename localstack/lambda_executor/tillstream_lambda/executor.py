"""The executor that LocalStack calls. Each is one execution environment, and gets one invocation at a time."""

import contextlib
import json
import os
import time
from pathlib import Path

from localstack.aws.api.lambda_ import InvalidRequestContentException, RequestTooLargeException
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from localstack import config
from tillstream_lambda import code, wording
from tillstream_lambda.runtime_api import Invocation
from tillstream_lambda.sandbox import BOOTSTRAP, Sandbox

FOLDER = Path(os.environ["TILLSTREAM_LAMBDA_FOLDER"])
LOG_LIMIT = 16 << 20
# LocalStack's variables with this prefix override, without it, those of every function: another S3, for example.
OVERRIDE = "TILLSTREAM_LAMBDA_SET_"
# Bootstrap's error for an event that is not JSON. Bootstrap parses the event anyway; checking here would parse it twice.
BAD_REQUEST = b'{"errorType":"Bootstrap.InvalidRequestContent"'


class ProcessExecutor(RuntimeExecutor):
    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id, function_version)
        self.folder = FOLDER / function_version.id.function_name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log_path = self.folder / f"{id}.log"
        self.log = self.log_path.open("ab", buffering=0)
        self.log_read = 0
        self.sandbox: Sandbox | None = None
        self.invoked = False

    def start(self, env_vars: dict[str, str]) -> None:
        # Repeated, since LocalStack may have deleted what it unpacked when the version was made.
        code.prepare(self.function_version)
        self.environment = self._environment(env_vars)
        self._new_sandbox()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        settings = self.function_version.config
        request_id, body = payload["invoke-id"], payload["payload"].encode()
        if len(body) > wording.PAYLOAD_LIMIT:
            raise RequestTooLargeException(wording.request_too_large(len(body)))
        # As in Lambda, a process that ended or timed out is replaced at the next invocation.
        if not self.sandbox.usable and self.invoked:
            self._new_sandbox()
        self.invoked = True

        started = time.monotonic()
        self._serves(request_id)
        outcome = self.sandbox.invoke(
            Invocation(
                request_id=request_id,
                function_arn=payload["invoked-function-arn"],
                trace_id=payload.get("trace-id") or "",
                deadline_ms=int((time.time() + settings.timeout) * 1000),
                payload=body,
            ),
            settings.timeout,
        )
        self._serves("")
        is_error, result = outcome.is_error, outcome.payload
        if is_error and result.startswith(BAD_REQUEST):
            raise InvalidRequestContentException(json.loads(result)["errorMessage"], Type="User")
        if len(result) > wording.PAYLOAD_LIMIT:
            is_error, result = True, wording.response_too_large()
        logs = wording.log_of_invocation(
            request_id,
            self.function_version.id.qualifier,
            self._new_output() + outcome.note,
            time.monotonic() - started,
            settings.memory_size,
            self.sandbox.memory_used_mb(),
        )
        return InvocationResult(request_id, result, is_error=is_error, logs=logs)

    def stop(self) -> None:
        if self.sandbox:
            self.sandbox.stop()
            self._forget()
        self.log.close()

    def get_logs(self) -> str:
        return self.log_path.read_text(errors="replace")

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}/_localstack_lambda/{self.id}"

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        code.prepare(function_version)

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Does nothing: LocalStack itself removes the code that it unpacked."""

    def _new_sandbox(self) -> None:
        if self.sandbox:
            self._forget()
        self.sandbox = Sandbox(self.environment, self.function_version.config.memory_size, self.log)
        self._serves("")

    def _environment(self, env_vars: dict[str, str]) -> dict[str, str]:
        """The function's environment, without LocalStack's own."""
        version = self.function_version
        opt = code.opt_root(version)
        return {
            "PATH": os.environ["PATH"],
            "LANG": "en_US.UTF-8",
            **{name: str(value) for name, value in env_vars.items() if value is not None},
            **{name.removeprefix(OVERRIDE): value for name, value in os.environ.items() if name.startswith(OVERRIDE)},
            "TZ": ":UTC",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{version.config.runtime}",
            "AWS_XRAY_CONTEXT_MISSING": "IGNORE_ERROR",  # there is no X-Ray here
            "LAMBDA_TASK_ROOT": str(code.task_root(version)),
            "LAMBDA_RUNTIME_DIR": str(BOOTSTRAP.parent),
            "TILLSTREAM_OPT_ROOT": str(opt or ""),
            "TILLSTREAM_LAMBDA_MODULES": os.environ.get("TILLSTREAM_LAMBDA_MODULES", ""),
        }

    def _pid_file(self) -> Path:
        return self.folder / str(self.sandbox.pid)

    def _serves(self, request_id: str) -> None:
        """Notes the request, for tests that kill a function during it, and for people who look for its process.

        If the note can't be written, as on a full disk, the function is invoked all the same.
        """
        with contextlib.suppress(OSError):
            self._pid_file().write_text(request_id)

    def _forget(self) -> None:
        with contextlib.suppress(OSError):
            self._pid_file().unlink()

    def _new_output(self) -> str:
        with self.log_path.open("rb") as log:
            log.seek(self.log_read)
            output = log.read()
        self.log_read += len(output)
        if self.log_read > LOG_LIMIT:
            os.truncate(self.log_path, 0)
            self.log_read = 0
        return output.decode(errors="replace")
