"""Errors and log lines, worded as AWS words them: people and alarms search for these."""

import datetime
import json

# 6 MB and room for the envelope; the number in AWS's error message.
PAYLOAD_LIMIT = 6_291_556


def error(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()


def init_timed_out(seconds: float) -> bytes:
    return error("Sandbox.Timedout", f"Init phase timed out after {seconds:.2f} seconds")


def timed_out(request_id: str, seconds: int) -> tuple[bytes, str]:
    """The error and its log line."""
    message = f"Task timed out after {seconds:.2f} seconds"
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")[:23]
    payload = error("Sandbox.Timedout", f"RequestId: {request_id} Error: {message}")
    return payload, f"{now}Z {request_id} {message}\n\n"


def exited(request_id: str | None, exit_code: int) -> tuple[bytes, str]:
    """The error and its log lines; as in subprocess, a negative exit code is a signal."""
    if exit_code == 0:
        why = "Runtime exited without providing a reason"
    elif exit_code > 0:
        why = f"Runtime exited with error: exit status {exit_code}"
    else:
        why = f"Runtime exited with error: signal {-exit_code}"
    message = f"RequestId: {request_id} Error: {why}" if request_id else f"Error: {why}"
    return error("Runtime.ExitError", message), f"{message}\nRuntime.ExitError\n"


def response_too_large() -> bytes:
    message = f"Response payload size exceeded maximum allowed payload size ({PAYLOAD_LIMIT} bytes)."
    return error("Function.ResponseSizeTooLarge", message)


def request_too_large(size: int) -> str:
    return f"{size} byte payload is too large for the RequestResponse invocation type (limit {PAYLOAD_LIMIT} bytes)"


def log_of_invocation(
    request_id: str, version: str, output: str, seconds: float, memory_size: int, memory_used: int
) -> str:
    if output and not output.endswith("\n"):
        output += "\n"
    milliseconds = seconds * 1000
    return (
        f"START RequestId: {request_id} Version: {version}\n"
        f"{output}"
        f"END RequestId: {request_id}\n"
        f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms"
        f"\tBilled Duration: {int(milliseconds) + 1} ms"
        f"\tMemory Size: {memory_size} MB\tMax Memory Used: {memory_used} MB\n"
    )
