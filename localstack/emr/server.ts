/** Serves the API over HTTP, as AWS's SDKs call it: REST with JSON bodies. Signatures are not checked. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type Api, ApiError } from './api.ts';

export async function serve(api: Api, port: number, host: string): Promise<Server> {
  const server = createServer(async (request, response) => {
    const { status, body, headers } = await answer(api, request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

async function answer(api: Api, request: IncomingMessage) {
  try {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const body = await bodyOf(request);
    const answered = api.answer({ method: request.method ?? 'GET', path: pathname, body });
    return { status: 200, body: answered, headers: {} };
  } catch (error) {
    const { message } = error as Error;
    const { status, type } = error instanceof ApiError ? error : { status: 500, type: 'InternalServerException' };
    return { status, body: { message }, headers: { 'x-amzn-errortype': type } };
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError(400, 'ValidationException', `The body is not JSON: ${(cause as Error).message}`);
  }
}
