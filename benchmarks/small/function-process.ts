/** A function in a process of its own, as one machine's Lambda starts it: the same entry point, the Runtime API before it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { inRepository } from '#adapters/repository.ts';

export interface FunctionCode {
  /** Folder with `index.mjs`. */
  readonly taskRoot: string;
  /** What stands for /opt: the layers. */
  readonly optRoot: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface FunctionProcess {
  readonly pid: number;
  /** @throws if the function fails */
  invoke(event: string): Promise<void>;
  end(): Promise<void>;
}

const TIMEOUT_MS = 60_000;

/** Resolves when the function has loaded and waits for its first event. */
export async function startFunction({ taskRoot, optRoot, environment }: FunctionCode): Promise<FunctionProcess> {
  let next = Promise.withResolvers<ServerResponse>();
  let answered = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') return next.resolve(response);
    const body = await text(request);
    response.writeHead(202).end();
    if (request.url?.endsWith('/response')) return answered.resolve();
    const failure = new Error(`The function failed: ${body.slice(0, 2_000)}`);
    answered.reject(failure);
    next.reject(failure);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, [inRepository('localstack/lambda_executor/runtime/bootstrap.mjs')], {
    cwd: taskRoot,
    env: {
      ...environment,
      TZ: ':UTC',
      _HANDLER: 'index.handler',
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      LAMBDA_TASK_ROOT: taskRoot,
      TILLSTREAM_RUNTIME_TOKEN: 'benchmark',
      TILLSTREAM_OPT_ROOT: optRoot,
      TILLSTREAM_LAMBDA_MODULES: inRepository('node_modules'),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exit = once(child, 'exit').finally(() => {
    server.closeAllConnections();
    server.close();
  });
  const died = exit.then(([code, signal]): never => {
    throw new Error(
      `Expected a function that asks for events, but its process ended with ${signal ?? code}; what it said stands above.`,
    );
  });
  died.catch(() => {}); // nobody may be waiting
  await Promise.race([next.promise, died]);

  return {
    pid: child.pid as number,
    async invoke(event) {
      const response = await next.promise;
      next = Promise.withResolvers();
      answered = Promise.withResolvers();
      response
        .writeHead(200, {
          'lambda-runtime-aws-request-id': 'benchmark',
          'lambda-runtime-deadline-ms': String(Date.now() + TIMEOUT_MS),
          'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:000000000000:function:benchmark',
        })
        .end(event);
      await Promise.race([answered.promise, died]);
      await Promise.race([next.promise, died]);
    },
    async end() {
      child.kill('SIGTERM');
      await exit;
    },
  };
}
