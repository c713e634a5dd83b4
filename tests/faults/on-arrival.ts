/** Orders are in the warehouse without Airflow, soon after their objects are in the lake; and what keeps load-orders from it is made good. */
import { DeleteFunctionConcurrencyCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { beforeAll, expect, test } from 'vitest';
import { ON_ARRIVAL } from '#functions/load-orders/on-arrival.ts';
import { until } from '#localstack/processes/until.ts';
import { readProgress } from '#operations/progress.ts';
import { lambdaTools } from '../support/lambda.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { sharedPipeline } from './shared-pipeline.ts';

const WITHIN = 120_000;
let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await sharedPipeline();
});

const waiting = async (): Promise<number> => (await readProgress(pipeline.pool, pipeline.kafka)).waiting;

/** Nobody but archive-orders calls load-orders here. */
const untilLoaded = (): Promise<unknown> =>
  until(async () => (await waiting()) === 0, { what: 'every object is loaded', within: WITHIN, every: 100 });

test('orders are loaded as their objects arrive', async () => {
  const { pool, produce, untilConsumed, expectExact } = pipeline;
  await untilLoaded();
  const before = await pool.query('select max(delivery_id) as id from ledger.loads');
  await produce({ seed: 91, count: 5_000 });
  await untilConsumed();
  await untilLoaded();
  const { rows } = await pool.query(
    'select distinct run_id from ledger.loads where delivery_id > coalesce($1, 0)::bigint',
    [before.rows[0]?.id],
  );
  expect(rows).toEqual([{ run_id: ON_ARRIVAL }]);
  await expectExact();
});

test('while Lambda refuses load-orders, orders are archived, and the next call takes what has gathered', async () => {
  const { stack, produce, untilConsumed, expectExact } = pipeline;
  const { client } = lambdaTools(stack.status.lambda);
  const FunctionName = `${stack.status.lambda.functionPrefix}-load-orders`;
  await client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  try {
    await produce({ seed: 92, count: 2_000 });
    await untilConsumed();
    expect(await waiting()).toBeGreaterThan(0);
  } finally {
    await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  }
  await produce({ seed: 93, count: 2_000 });
  await untilConsumed();
  await untilLoaded();
  await expectExact();
});
