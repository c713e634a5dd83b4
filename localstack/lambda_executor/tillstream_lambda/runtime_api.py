"""Lambda's Runtime API for one process: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

The process asks for the next invocation, and waits until there is one; it posts each result under the request's id. Each
request has a header with a token that only this process has: nobody else on this machine, nor a web page, which can't set a
header without being allowed to, can take an invocation or end the process.
"""

import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue

PREFIX = "/2018-06-01/runtime"


@dataclass(frozen=True)
class Invocation:
    request_id: str
    function_arn: str
    trace_id: str
    deadline_ms: int
    payload: bytes


@dataclass(frozen=True)
class Ready:
    """The process asks for an invocation: it has loaded its handler, or finished the previous invocation."""


@dataclass(frozen=True)
class InitFailed:
    error: bytes


@dataclass(frozen=True)
class Result:
    request_id: str
    is_error: bool
    payload: bytes


class RuntimeApi:
    def __init__(self, on_event: Callable[[Ready | InitFailed | Result], None]):
        self.on_event = on_event
        self.token = secrets.token_urlsafe()
        self._invocations: Queue[Invocation | None] = Queue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="lambda-runtime-api", daemon=True).start()

    @property
    def address(self) -> str:
        host, port = self._server.server_address[:2]
        return f"{host}:{port}"

    def hand_out(self, invocation: Invocation) -> None:
        self._invocations.put(invocation)

    def close(self) -> None:
        """Stops the server, and ends a request that waits for an invocation."""
        self._invocations.put(None)
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(_RuntimeRequest):
            on_event = staticmethod(api.on_event)
            invocations = api._invocations
            token = api.token

        return Handler


class _RuntimeRequest(BaseHTTPRequestHandler):
    on_event: Callable
    invocations: Queue
    token: str
    protocol_version = "HTTP/1.1"  # keeps the connection open
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together

    def do_GET(self):
        if not self._is_of_the_process():
            return self._reply(403)
        if self.path != f"{PREFIX}/invocation/next":
            return self._reply(404)
        self.on_event(Ready())
        invocation = self.invocations.get()
        if invocation is None:
            self.close_connection = True
            return None
        return self._reply(
            200,
            invocation.payload,
            {
                "Content-Type": "application/json",
                "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
                "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
                "Lambda-Runtime-Trace-Id": invocation.trace_id,
            },
        )

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self._is_of_the_process():
            return self._reply(403)
        if self.path == f"{PREFIX}/init/error":
            self.on_event(InitFailed(body))
        else:
            request_id, kind = self.path.split("/")[-2:]
            self.on_event(Result(request_id, kind == "error", body))
        return self._reply(202, b'{"status":"OK"}')

    def _is_of_the_process(self) -> bool:
        return hmac.compare_digest(self.headers.get("Tillstream-Token", ""), self.token)

    def _reply(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *args):
        """Logs no request."""
