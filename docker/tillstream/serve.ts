/** GET /metrics for Prometheus, and GET /health for Docker: 200 as soon as everything is deployed. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { KafkaConnection } from '#adapters/kafka/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { readProgress } from '#operations/progress.ts';
import { metricsPage } from './metrics.ts';

export interface MetricsServer {
  readonly port: number;
  readonly pool: Pool;
  readonly kafka: KafkaConnection;
}

export function serveMetrics({ port, pool, kafka }: MetricsServer): Server {
  const answer = async (path: string | undefined, response: ServerResponse): Promise<void> => {
    if (path === '/health') response.end('ready\n');
    else if (path === '/metrics')
      response.setHeader('Content-Type', 'text/plain; version=0.0.4').end(metricsPage(await readProgress(pool, kafka)));
    else response.writeHead(404).end('Not found: ask for /metrics or /health.\n');
  };
  return createServer((request, response) => {
    answer(request.url, response).catch((error: Error) => response.writeHead(503).end(`${error.message}\n`));
  }).listen(port);
}
