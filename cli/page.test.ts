/** What ends without services: nothing is connected before it is asked. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { openBackbone } from './backbone.ts';
import { UserError } from './command.ts';
import { servePage } from './page.ts';

const nowhere = { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1', accessKeyId: 'a', secretAccessKey: 'b' };
const stack = {
  kafka: { bootstrapServers: '127.0.0.1:1' },
  postgres: { host: '127.0.0.1', port: 1, database: 'd', user: 'u', password: 'p' },
  s3: { ...nowhere, bucket: 'lake' },
  lambda: { ...nowhere, functionPrefix: 'tillstream-local' },
};

it('a backbone closes although Kafka never answered', async () => {
  const backbone = openBackbone(stack);
  const asked = backbone.kafka().catch((error: Error) => error);
  await backbone.close();
  expect(await asked).toBeInstanceOf(UserError);
});

it('a page whose port is taken says which', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const session = { startedAt: null, by: 'ada', may: ['look'] as const, links: {} };
  await expect(servePage({ stack, session, key: 'k', port })).rejects.toThrow(`The page needs port ${port}`);
  server.close();
});
