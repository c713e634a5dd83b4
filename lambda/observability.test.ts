import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { observed } from './observability.ts';

const context = { functionName: 'f', awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 } as Context;
let written: string[];

beforeEach(() => {
  written = [];
  vi.stubEnv('POWERTOOLS_DEV', 'true'); // metrics go to the console that a test can listen to
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'relay-outbox');
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'Tillstream');
  vi.stubEnv('TILLSTREAM_ENVIRONMENT', 'dev');
  for (const channel of ['log', 'info', 'error'] as const)
    vi.spyOn(console, channel).mockImplementation((line) => void written.push(String(line)));
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const metrics = () =>
  written.flatMap((line) => {
    const parsed = JSON.parse(line);
    return parsed._aws ? [parsed] : [];
  });

it('writes metrics of this environment and service, which alarms look for', async () => {
  const handler = observed(async (_event: object, { count, seconds }) => {
    count('OutboxPublished', 3);
    seconds('OutboxAge', 1.5);
  });
  await handler({}, context);
  expect(metrics()).toEqual([
    expect.objectContaining({ environment: 'dev', service: 'relay-outbox', OutboxPublished: 3, OutboxAge: 1.5 }),
  ]);
  expect(metrics()[0]._aws.CloudWatchMetrics).toEqual([
    {
      Namespace: 'Tillstream',
      Dimensions: [expect.toSatisfy((names: string[]) => names.toSorted().join() === 'environment,service')],
      Metrics: [
        { Name: 'OutboxPublished', Unit: 'Count' },
        { Name: 'OutboxAge', Unit: 'Seconds' },
      ],
    },
  ]);
});

it('writes what was measured before a failure', async () => {
  const handler = observed(async (_event: object, { seconds }) => {
    seconds('OutboxAge', 700);
    throw new Error('Kafka accepted no message');
  });
  await expect(handler({}, context)).rejects.toThrow('Kafka accepted no message');
  expect(metrics()).toEqual([expect.objectContaining({ OutboxAge: 700 })]);
});

it.each([
  [undefined, 25_000],
  [{ reserveMs: 2_000 }, 28_000],
])('gives the work the function’s time less what is reserved: %j', async (options, milliseconds) => {
  const before = Date.now();
  const handler = observed(async (_event: object, { deadline }) => deadline - before, options);
  const given = await handler({}, context);
  expect(given).toBeGreaterThanOrEqual(milliseconds);
  expect(given).toBeLessThan(milliseconds + 1_000);
});
