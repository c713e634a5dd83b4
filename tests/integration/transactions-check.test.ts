/** The checks of transformed payments, and the action alert of run-transformations, on real PostgreSQL and SNS. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ConfirmSubscriptionCommand, CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { check } from '#functions/check-quality/check.ts';
import { alert, LATE_HOURS } from '#functions/run-transformations/alert.ts';
import { transform } from '#functions/run-transformations/transform.ts';
import { until } from '#localstack/processes/until.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

let pool: Pool;
let role: Pool;
let checking: Pool;

beforeEach(async () => {
  pool = await freshDatabase();
  role = await poolAs('run_transformations', pool);
  checking = await poolAs('check_quality', pool);
  await addTransactions(100, { late: 10 });
  await transform(role, { full: false });
  return async () => {
    await role.end();
    await checking.end();
    await pool.end();
  };
});

interface Added {
  readonly late: number;
  /** When they were made, in SQL. Not now: the hour might end meanwhile. */
  readonly at?: string;
  /** When those in time arrived. */
  readonly arrived?: string;
}

/** Adds payments of one hour: the first `late` of them arrive three minutes after the others. */
async function addTransactions(
  count: number,
  { late, at = `date_trunc('hour', now(), 'UTC') - interval '30 minutes'`, arrived = 'event_time' }: Added,
): Promise<void> {
  await pool.query(
    `with added as (
       insert into payments.transactions
       select gen_random_uuid(), gen_random_uuid(), 0.10, 'EUR', 'completed', event_time,
         ${arrived} + case when n <= $2 then interval '3 minutes' else '0' end, 0, n
       from generate_series(1, $1::int) as n, (select ${at} as event_time) as made
       returning event_time
     )
     insert into payments.changed_hours (event_hour)
     select distinct date_trunc('hour', event_time, 'UTC') from added
     on conflict (event_hour) do update set changed_at = excluded.changed_at`,
    [count, late],
  );
}

const failed = async () => {
  const results = await check(checking, { suite: 'process_kafka_to_postgres' }, Date.now() + 60_000);
  expect(results).toHaveLength(6);
  return results.filter(({ rows }) => rows.length > 0).map(({ name }) => name);
};

describe('check', () => {
  it('passes after a transformation, and ignores hours that have changed since', async () => {
    expect(await failed()).toEqual([]);
    await addTransactions(5, { late: 1 });
    expect(await failed()).toEqual([]);
  });

  it('checks only hours that were transformed in the last two hours', async () => {
    await pool.query("update payments.transformed_hours set transformed_at = now() - interval '3 hours'");
    await pool.query('delete from payments.transactions_clean where is_late');
    expect(await failed()).toEqual([]);
    await addTransactions(1, { late: 1 });
    await pool.query('update payments.transactions_clean set is_ahead = true');
    await transform(role, { full: false });
    expect(await failed()).toEqual([]);
    await pool.query('delete from payments.transactions_clean where is_late');
    expect(await failed()).toEqual(['raw_equals_clean']);
  });

  it('names every check that fails', async () => {
    await pool.query(
      "update payments.transactions_clean set is_ahead = true, status = 'lost in the post' where is_late",
    );
    expect(await failed()).toEqual(['known_statuses', 'lateness_is_right']);
  });
});

describe('alert', () => {
  it('reaches the subscribers of the topic only if a limit is exceeded', async () => {
    const { endpoint, region, accessKeyId, secretAccessKey } = inject('stack').s3;
    const sns = new SNSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
    const { TopicArn: topic } = await sns.send(new CreateTopicCommand({ Name: `alerts-${Date.now()}` }));
    const messages: { Type: string; Subject?: string; Message: string; Token?: string }[] = [];
    const server = createServer(async (request, response) => {
      messages.push(JSON.parse(await text(request)));
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await sns.send(
      new SubscribeCommand({ TopicArn: topic, Protocol: 'http', Endpoint: `http://127.0.0.1:${port}/alerts` }),
    );
    const confirmation = () => messages.find(({ Type }) => Type === 'SubscriptionConfirmation');
    await until(async () => confirmation() !== undefined, { what: 'SNS asks for the confirmation', within: 60_000 });
    await sns.send(new ConfirmSubscriptionCommand({ TopicArn: topic, Token: confirmation()?.Token }));

    const lateness = { late_transactions: 10, total_transactions: 100 };
    const { rows } = await pool.query<{ hour: string }>(
      `select to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hour from payments.hourly_metrics`,
    );
    const [{ hour }] = rows as [{ hour: string }];
    const quiet = { pool: role, sns, topic, limits: { ratio: 0.1, count: 10 } };
    expect(await alert(quiet, { hours: 24 })).toEqual({
      ...lateness,
      alerted: false,
      late_hours: [],
      late_hours_count: 0,
    });
    const loud = { ...quiet, limits: { ratio: 0.09, count: 10 } };
    expect(await alert(loud, { hours: 24 })).toEqual({
      ...lateness,
      alerted: true,
      late_hours: [hour],
      late_hours_count: 1,
    });
    expect(await alert({ ...loud, topic: undefined }, { hours: 24 })).toMatchObject({ alerted: true });

    const notifications = () => messages.filter(({ Type }) => Type === 'Notification');
    await until(async () => notifications().length > 0, { what: 'the alert arrives', within: 60_000 });
    expect(notifications()).toMatchObject([
      {
        Subject: 'Tillstream: late transactions',
        Message:
          'Transactions came late in the last 24 hours: ' +
          `10 of 100 of the hour ${hour} are late, a ratio of 0.1; the limit is 0.09.`,
      },
    ]);
    server.closeAllConnections();
    server.close();
    sns.destroy();
  });

  describe('judges every hour by its own payments', () => {
    const limits = { ratio: 0.5, count: 1_000 };
    const alerted = async () =>
      (await alert({ pool: role, sns: new SNSClient(), topic: undefined, limits }, { hours: 24 })).alerted;

    const add = async (...payments: Parameters<typeof addTransactions>) => {
      await addTransactions(...payments);
      await transform(role, { full: false });
    };

    it('so payments of 2099 hide no late ones', async () => {
      await add(10, { late: 6, at: `now() - interval '3 hours'` });
      expect(await alerted()).toBe(true);
      await add(10_000, { late: 0, at: `timestamptz '2099-01-01Z'`, arrived: 'now()' });
      expect(await alerted()).toBe(true);
    });

    it('so a busy hour hides no late one', async () => {
      await add(10, { late: 5, at: `now() - interval '3 hours'` });
      expect(await alerted()).toBe(false);
      await add(10, { late: 6, at: `now() - interval '4 hours'` });
      expect(await alerted()).toBe(true);
    });

    it('and payments that come days late as well, while their arrival is news', async () => {
      await add(10, { late: 10, at: `now() - interval '5 days'`, arrived: `now() - interval '25 hours'` });
      expect(await alerted()).toBe(false);
      await add(10, { late: 10, at: `now() - interval '6 days'`, arrived: 'now()' });
      expect(await alerted()).toBe(true);
    });
  });

  it('reads the hours of what arrived, and not all history after a full transformation', async () => {
    await addTransactions(3_000, { late: 0, at: `now() - interval '90 days'` });
    await transform(role, { full: true });
    await pool.query('vacuum analyze payments.transactions, payments.transactions_clean');
    await inTransaction(pool, async (transaction) => {
      // The table is too small for the planner to prefer an index.
      await transaction.query('set local enable_seqscan = off');
      const { rows } = await transaction.query(`explain (analyze, format json) ${LATE_HOURS.replaceAll('$1', '24')}`);
      const plan = JSON.stringify(rows);
      expect(plan).toContain('"Index Name":"transactions_by_processing_time"');
      const ofClean = [...plan.matchAll(/"Relation Name":"transactions_clean".*?"Actual Rows":([\d.]+)/g)];
      expect(ofClean.map(([, count]) => Number(count))).toEqual([100]);
    });
  });

  it('ends at the deadline', async () => {
    await inTransaction(pool, async (transaction) => {
      await transaction.query('lock table payments.transactions_clean');
      const limits = { ratio: 0, count: 0 };
      const judging = alert(
        { pool: role, sns: new SNSClient(), topic: undefined, limits },
        { hours: 24, deadline: Date.now() + 1_000 },
      );
      await expect(judging).rejects.toThrow('statement timeout');
    });
  });

  it('works without any payments', async () => {
    await pool.query('delete from payments.transactions');
    await transform(role, { full: true });
    const limits = { ratio: 0, count: 0 };
    expect(await alert({ pool: role, sns: new SNSClient(), topic: undefined, limits }, { hours: 24 })).toEqual({
      late_transactions: 0,
      total_transactions: 0,
      late_hours: [],
      late_hours_count: 0,
      alerted: false,
    });
  });
});
