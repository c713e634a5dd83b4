/** Serves the API over HTTP, as AWS's SDKs call it: REST with JSON bodies, signed. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Api, ApiError } from './api.ts';
import { type Credentials, refuseWebPages, requireSignature } from './caller.ts';

export interface Serving {
  readonly port: number;
  /** The address to listen on. */
  readonly address: string;
  /** The names by which callers know this server, without the port. */
  readonly names: readonly string[];
  /** Those that calls are signed with. */
  readonly credentials: Credentials;
}

export async function serve(api: Api, serving: Serving): Promise<Server> {
  const server = createServer(async (request, response) => {
    const { status, body, headers } = await answer(api, request, serving);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  server.listen(serving.port, serving.address);
  await once(server, 'listening');
  return server;
}

async function answer(api: Api, request: IncomingMessage, { port, names, credentials }: Serving) {
  try {
    const { method = 'GET', url = '/', headers } = request;
    const hosts = names.map((name) => `${name}:${port}`);
    refuseWebPages({ method, url, headers }, hosts);
    const body = await buffer(request);
    requireSignature({ method, url, headers, body }, credentials);
    const { pathname } = new URL(url, 'http://localhost');
    return { status: 200, body: api.answer({ method, path: pathname, body: jsonOf(body) }), headers: {} };
  } catch (error) {
    const { message } = error as Error;
    const { status, type } = error instanceof ApiError ? error : { status: 500, type: 'InternalServerException' };
    return { status, body: { message }, headers: { 'x-amzn-errortype': type } };
  }
}

function jsonOf(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw new ApiError(400, 'ValidationException', `The body is not JSON: ${(cause as Error).message}`);
  }
}
