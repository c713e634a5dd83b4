import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { accepts } from '../services.ts';
import { source } from './source.ts';

const service = { name: 'Kafka', address: '127.0.0.1:9092' };
const state = (why: string) => ({ since: expect.stringMatching(/^\d{4}-.*Z$/), why });

it('says since when and why a source fails, in the words of doctor, and heals', async () => {
  const { ask } = source(service);
  expect(await ask(async () => 1)).toEqual({ value: 1, state: 'ok' });
  const refused = () => Promise.reject(new Error('connect ECONNREFUSED'));
  const first = await ask(refused);
  expect(first).toEqual({ state: state('Kafka does not answer at 127.0.0.1:9092: connect ECONNREFUSED') });
  const both = new AggregateError([new Error('connect ECONNREFUSED ::1'), new Error('other')]);
  const second = await ask(() => Promise.reject(both));
  expect(second.state).toMatchObject({ why: expect.stringContaining('ECONNREFUSED ::1') });
  expect(second.state).toMatchObject({ since: (first.state as { since: string }).since });
  expect(await ask(async () => 2)).toEqual({ value: 2, state: 'ok' });
});

it('takes a question that throws for one that fails', async () => {
  const { ask } = source(service);
  const thrown = (): Promise<number> => {
    throw new Error('Invalid URL');
  };
  expect(await ask(thrown)).toEqual({ state: state('Kafka does not answer at 127.0.0.1:9092: Invalid URL') });
  expect(await ask(async () => 1)).toEqual({ value: 1, state: 'ok' });
});

it('does not wait for a question that is not answered, nor ask another before it is', async () => {
  const { ask } = source(service, 20);
  const { promise, resolve } = Promise.withResolvers<number>();
  expect(await ask(() => promise)).toEqual({ state: state('Kafka does not answer at 127.0.0.1:9092') });
  let asked = 0;
  const again = () =>
    ask(async () => {
      asked += 1;
      return asked;
    });
  expect(await again()).toEqual({ state: state('Kafka does not answer at 127.0.0.1:9092') });
  expect(asked).toBe(0);
  resolve(0);
  await expect.poll(again).toEqual({ value: 1, state: 'ok' });
});

it('asks whether something accepts connections', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const at = { name: 'LocalStack', address: `127.0.0.1:${port}` };
  await accepts(at);
  server.close();
  await once(server, 'close');
  await expect(accepts(at)).rejects.toThrow('ECONNREFUSED');
});
