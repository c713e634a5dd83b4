"""LocalStack's server, for programs on this machine only.

LocalStack takes any credentials, answers with every secret and runs the code that it is given. Its own server listens on all
addresses, whatever GATEWAY_LISTEN says ("TODO: interface = host?" in localstack/runtime/server/twisted.py of 4.13.1 and 4.14.0),
and its CORS checks let a web page write to S3, or create a stack by an image's address, which has no Origin.
"""

import os
from urllib.parse import urlsplit

from localstack.aws.serving.twisted import TLSMultiplexerFactory
from localstack.http import Response
from localstack.runtime.server.twisted import TwistedRuntimeServer
from rolo.gateway import Gateway, HandlerChain, RequestContext
from rolo.serving.twisted import TwistedGateway
from twisted.internet import reactor, ssl

from localstack import config

# Browsers send at least one of them with whatever a page asks for; programs send none.
OF_BROWSERS = ("Origin", "Referer", "Sec-Fetch-Site")
# Otherwise a page could read answers, once its own name resolves to this machine (DNS rebinding).
HOSTS = {"127.0.0.1", "localhost", *os.environ.get("TILLSTREAM_LOCALSTACK_HOSTS", "").split()}


class LocalServer(TwistedRuntimeServer):
    def register(
        self, gateway: Gateway, listen: list[config.HostAndPort], ssl_creds: tuple[str, str] | None = None
    ) -> None:
        gateway.request_handlers.insert(0, refuse_strangers)
        protocols = TwistedGateway(gateway)
        if ssl_creds:
            certificate, key = ssl_creds
            tls = ssl.DefaultOpenSSLContextFactory(key, certificate)
            tls.getContext().use_certificate_chain_file(certificate)
            protocols = TLSMultiplexerFactory(tls, False, protocols)
        for address in listen:
            reactor.listenTCP(address.port, protocols, interface=address.host)


def refuse_strangers(chain: HandlerChain, context: RequestContext, response: Response) -> None:
    headers = context.request.headers
    page = next((name for name in OF_BROWSERS if name in headers), None)
    host = headers.get("Host", "")
    if page:
        came = f"one of a web page: {page}: {headers[page]}"
    elif urlsplit(f"//{host}").hostname not in HOSTS:
        came = f"Host: {host}"
    else:
        return
    response.status_code = 403
    response.set_json({"message": f"Expected a request of a program to {' or '.join(sorted(HOSTS))}, got {came}"})
    chain.terminate()
