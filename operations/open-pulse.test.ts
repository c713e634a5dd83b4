import { once } from 'node:events';
import { expect, it } from 'vitest';
import { openPool } from '#adapters/postgres/index.ts';
import { type Look, openPulse } from './open-pulse.ts';

/** Of a backbone that nobody has started. */
const pulseOfNothing = () =>
  openPulse({
    pool: openPool({ host: '127.0.0.1', port: 1, max: 2 }),
    kafka: () => Promise.reject(new Error('connect ECONNREFUSED')),
    services: {
      postgres: { name: 'PostgreSQL', address: '127.0.0.1:1' },
      kafka: { name: 'Kafka', address: '127.0.0.1:1' },
      lambda: { name: 'LocalStack', address: 'not an address' },
    },
  });

it('goes on when who listens throws, warns, and lets the others hear', async () => {
  const pulse = pulseOfNothing();
  const warning = once(process, 'warning') as Promise<[Error]>;
  const { promise, resolve } = Promise.withResolvers<Look[]>();
  const heard: Look[] = [];
  const stops = [
    pulse.subscribe(() => {
      throw new Error('nobody caught this');
    }),
    pulse.subscribe(
      (look) => {
        if (heard.push(look) === 3) resolve(heard);
      },
      () => 1,
    ),
  ];
  const looks = await promise;
  for (const stop of stops) stop();
  expect((await warning)[0].message).toContain('nobody caught this');
  expect(looks.map(({ pulse: { books } }) => books)).toEqual([null, null, null]);
  expect(looks[0]?.pulse.sources).toMatchObject({
    postgres: { why: expect.stringContaining('ECONNREFUSED') },
    kafka: { why: expect.stringContaining('ECONNREFUSED') },
    lambda: { why: expect.stringContaining('Invalid URL') },
    airflow: 'ok',
  });
});

it('is asked again after everybody has left', async () => {
  const pulse = pulseOfNothing();
  for (const _ of ['first', 'second']) {
    const { promise, resolve } = Promise.withResolvers<Look>();
    const stop = pulse.subscribe(resolve);
    expect((await promise).progress).toBeNull();
    stop();
  }
});
