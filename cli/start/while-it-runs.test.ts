import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { whileItRuns } from './while-it-runs.ts';

const never = new Promise<never>(() => {});
const closed = () => Promise.reject(new Error('Closed connection'));
const running = new AbortController().signal;

it('names the service that ended, though a client noticed it first', async () => {
  const failed = delay(20).then(() => Promise.reject(new Error('Kafka was ended by SIGKILL')));
  await expect(whileItRuns(failed, closed(), running)).rejects.toThrow('Kafka was ended by SIGKILL');
});

it('ends when a service has ended, though the work has not noticed', async () => {
  const failed = Promise.reject(new Error('Kafka was ended by SIGKILL'));
  await expect(whileItRuns(failed, never, running)).rejects.toThrow('Kafka was ended by SIGKILL');
});

it('gives the result, or the failure of the work if no service has ended', async () => {
  expect(await whileItRuns(never, Promise.resolve(7), running)).toBe(7);
  const stop = new AbortController();
  const failing = whileItRuns(never, closed(), stop.signal);
  stop.abort(); // Else it would wait for a service to end.
  await expect(failing).rejects.toThrow('Closed connection');
});
