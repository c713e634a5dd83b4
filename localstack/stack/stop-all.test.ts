import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunningService } from '../processes/service.ts';
import { stopAll } from './stop-all.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A service that notes what is done to it; a stubborn one ends only when it is killed. */
function service(name: string, said: string[], stubborn = false): RunningService {
  const ended = Promise.withResolvers<void>();
  return {
    name,
    pids: [],
    failed: new Promise<never>(() => {}),
    stop: () => {
      said.push(`stop ${name}`);
      if (!stubborn) ended.resolve();
      return ended.promise;
    },
    kill: async () => {
      said.push(`kill ${name}`);
      ended.resolve();
    },
  };
}

test('services end before those that they need', async () => {
  const said: string[] = [];
  const [airflow, localstack, postgres] = ['airflow', 'localstack', 'postgres'].map((name) => service(name, said));
  await stopAll({ airflow, localstack, postgres });
  expect(said).toEqual(['stop airflow', 'stop localstack', 'stop postgres']);
  expect(vi.getTimerCount()).toBe(0);
});

test('services that have not ended after 8 s are killed, so that all end within 10 s', async () => {
  const said: string[] = [];
  const stopping = stopAll({ localstack: service('localstack', said), kafka: service('kafka', said, true) });
  await vi.advanceTimersByTimeAsync(7_999);
  expect(said).toEqual(['stop localstack', 'stop kafka']);
  await vi.advanceTimersByTimeAsync(1);
  await stopping;
  expect(said.slice(2).sort()).toEqual(['kill kafka', 'kill localstack']);
});

test('if one cannot be stopped, the others are, and then its error is told', async () => {
  const said: string[] = [];
  const [emr, kafka, elasticsearch] = ['emr', 'kafka', 'elasticsearch'].map((name) => service(name, said));
  const localstack = { ...service('localstack', said), stop: () => Promise.reject(new Error('it would not end')) };
  const stopping = stopAll({ emr, localstack, kafka, elasticsearch });
  await expect(stopping).rejects.toThrow('it would not end');
  expect(said).toEqual(['stop emr', 'stop kafka', 'stop elasticsearch']);
  expect(vi.getTimerCount()).toBe(0);
});
