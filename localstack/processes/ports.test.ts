import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePorts, isFree, parseLsof, parseSs, requireFreePorts, type WantedPort, wantedTwice } from './ports.ts';

const kafka = (port: number): WantedPort => ({
  service: 'Kafka',
  port,
  option: '--kafka-port',
  variable: 'TILLSTREAM_KAFKA_PORT',
});

test('a taken port is reported with the service that wants it, its holder and what to do', async () => {
  const [port = 0] = await freePorts(1);
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  await expect(requireFreePorts([kafka(port)])).rejects.toThrow(
    new RegExp(`Port ${port}, wanted for Kafka, is taken.*--kafka-port or TILLSTREAM_KAFKA_PORT`),
  );
  await once(server.close(), 'close');
  await expect(requireFreePorts([kafka(port)])).resolves.toBeUndefined();
});

test('free ports are distinct and free', async () => {
  const ports = await freePorts(5);
  expect(new Set(ports).size).toBe(5);
  expect(await Promise.all(ports.map(isFree))).toEqual([true, true, true, true, true]);
});

test('two processes that choose at the same time get different ports', async () => {
  // Few programs have a number there. Of these 16 other processes may hold six.
  const from = randomInt(14_000, 17_000);
  const range = { from, to: from + 16 };
  const program = `
    import { freePorts } from ${JSON.stringify(import.meta.resolve('./ports.ts'))};
    console.log(JSON.stringify(await freePorts(5, ${JSON.stringify(range)})));
    process.stdin.resume();`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [theirs] = (await once(other.stdout, 'data')) as [Buffer];
  const ours = await freePorts(5, range);
  other.stdin.end();
  expect(new Set([...ours, ...JSON.parse(String(theirs))]).size).toBe(10);
});

test('one port wanted twice is refused', () => {
  expect(wantedTwice([kafka(1), { ...kafka(1), service: 'PostgreSQL' }])).toEqual([
    'Port 1 is wanted for both Kafka and PostgreSQL: choose another with --kafka-port or TILLSTREAM_KAFKA_PORT.',
  ]);
  expect(wantedTwice([kafka(1), kafka(2)])).toEqual([]);
});

test('the holder is read from lsof and from ss', () => {
  expect(parseLsof('p4711\ncjava\nf120\n')).toBe('java (process 4711)');
  expect(parseLsof('')).toBeUndefined();
  expect(parseSs('LISTEN 0 50 127.0.0.1:9092 0.0.0.0:* users:(("java",pid=4711,fd=120))')).toBe('java (process 4711)');
  expect(parseSs('LISTEN 0 50 127.0.0.1:9092 0.0.0.0:*')).toBeUndefined();
});
