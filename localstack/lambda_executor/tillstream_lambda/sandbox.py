"""One Node process that serves a function, from its start to its end."""

import os
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import BinaryIO

from tillstream_lambda import wording
from tillstream_lambda.runtime_api import InitFailed, Invocation, Ready, Result, RuntimeApi

BOOTSTRAP = Path(__file__).parent.parent / "runtime" / "bootstrap.mjs"
NODE = os.environ.get("TILLSTREAM_LAMBDA_NODE") or "node"
# AWS allows 10 s. A busy machine with two cores may need longer for what takes Lambda one second.
INIT_SECONDS = 30.0
# From the report of an error until the process asks for the next invocation or has ended.
END_SECONDS = 5.0


@dataclass(frozen=True)
class _Exited:
    code: int


@dataclass(frozen=True)
class Outcome:
    is_error: bool
    payload: bytes
    # Lines that AWS would add to the function's own log.
    note: str = ""


class Sandbox:
    def __init__(self, environment: dict[str, str], memory_mb: int, log: BinaryIO):
        self._events: Queue = Queue()
        self._api = RuntimeApi(self._events.put)
        self._process = subprocess.Popen(
            # As in Lambda, most of the memory is for the heap, some for everything else.
            [NODE, f"--max-old-space-size={max(64, memory_mb * 9 // 10)}", str(BOOTSTRAP)],
            cwd=environment["LAMBDA_TASK_ROOT"],
            env={
                **environment,
                "AWS_LAMBDA_RUNTIME_API": self._api.address,
                "TILLSTREAM_RUNTIME_TOKEN": self._api.token,
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        threading.Thread(target=self._watch, name="lambda-process", daemon=True).start()
        self.init_error = self._await_init()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def usable(self) -> bool:
        return self.init_error is None and self._process.poll() is None

    def invoke(self, invocation: Invocation, timeout_seconds: int) -> Outcome:
        """Never raises for what the function does: throwing, exiting or timing out is an outcome."""
        if self.init_error is not None:
            return Outcome(True, self.init_error)
        deadline = time.monotonic() + timeout_seconds
        self._api.hand_out(invocation)
        while True:
            try:
                event = self._events.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                self.kill()
                return Outcome(True, *wording.timed_out(invocation.request_id, timeout_seconds))
            match event:
                case Result(invocation.request_id, is_error, payload):
                    if is_error:
                        self._await_next()
                    return Outcome(is_error, payload)
                case _Exited(code):
                    return Outcome(True, *wording.exited(invocation.request_id, code))

    def memory_used_mb(self) -> int:
        """Peak memory in MB, or 0 where the system does not report it."""
        try:
            for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) >> 10
        except OSError:
            pass
        return 0

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def _await_next(self) -> None:
        """After an error, waits until the process asks for more or ends: an ending process gets no invocation."""
        try:
            self._events.get(timeout=END_SECONDS)
        except Empty:
            self.kill()

    def _await_init(self) -> bytes | None:
        try:
            match self._events.get(timeout=INIT_SECONDS):
                case Ready():
                    return None
                case InitFailed(error):
                    self.kill()
                    return error
                case _Exited(code):
                    return wording.exited(None, code)[0]
        except Empty:
            self.kill()
            return wording.init_timed_out(INIT_SECONDS)

    def _watch(self) -> None:
        self._events.put(_Exited(self._process.wait()))
        self._api.close()
