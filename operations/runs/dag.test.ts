import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { airflowClient } from '#adapters/airflow.ts';
import type { Backbone } from '../backbone.ts';
import { lookAtDag } from './dag.ts';

const run = {
  dag_run_id: 'r1',
  state: 'failed',
  run_after: '2026-01-02T03:00:00Z',
  start_date: null,
  end_date: null,
  conf: {},
};
const task = (map_index: number) => ({ task_id: 'load', map_index, state: 'failed', try_number: 2, duration: 1 });

/** As Airflow answers where the log of one of two tasks went with its worker. */
const answers: readonly (readonly [RegExp, status: number, body: object])[] = [
  [/auth\/token/, 201, { access_token: 'x' }],
  [/logs\/2\?map_index=0/, 404, { detail: 'gone' }],
  [/logs\/2\?map_index=1/, 200, { content: 'ValueError: 7' }],
  [/taskInstances/, 200, { task_instances: [task(0), task(1)] }],
  [/dagRuns/, 200, { dag_runs: [run] }],
  [
    /dags\/load/,
    200,
    { dag_id: 'load', is_paused: false, next_dagrun_run_after: null, timetable_summary: null, tags: [] },
  ],
];

it('a log that is gone hides neither the run nor the other logs', async () => {
  const server = createServer(({ url = '' }, response) => {
    const [, status, body] = answers.find(([path]) => path.test(url)) ?? [/./, 500, {}];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const airflow = airflowClient({ url, username: 'admin', password: 'x' });
    const { chosen } = await lookAtDag({ airflow } as Backbone, 'load');
    expect(chosen?.tasks.map(({ log }) => log?.text)).toEqual([
      expect.stringMatching(/^The log can't be had: Airflow answered 404/),
      'ValueError: 7',
    ]);
  } finally {
    server.close();
  }
});
