/** Who may look and not read sees figures: in no answer to them stands a value that belongs to a person. */
import { expect, it } from 'vitest';
import { dagNames } from '#cdk/dags.ts';
import { routes } from '#console/server/routes.ts';
import { catalogue } from '#domain/streams.ts';
import { exampleOf } from '#operations/streams/example.ts';
import type { WhenLive } from './live.ts';

/** What the paths of routes name, as there is in every stack; a new kind of name needs a line. */
const NAMES: Readonly<Record<string, string>> = {
  topic: 'orders',
  zone: 'raw',
  dag: dagNames()[0] ?? '',
  name: 'orders_per_customer_segment',
  product: 'p-0001',
  date: '2026-01-31',
  id: '1',
};

/** What a route must be asked with. */
const QUERIES: Readonly<Record<string, string>> = {
  '/api/history': '?of=rate.orders',
  '/api/lake/:zone/objects': `?day=${new Date().toISOString().slice(0, 10)}`,
};

const pathOf = (path: string): string =>
  path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = NAMES[name];
    if (value === undefined) throw new Error(`Expected what ${path} is asked with for :${name}, got nothing in NAMES.`);
    return value;
  }) + (QUERIES[path] ?? '');

export function personal(live: WhenLive): void {
  it('stands in no answer to those who may not read records; it does in those to who may', async () => {
    const { link, pool } = live();
    const [url = '', key = ''] = link.split('/#key=');
    const get = async (path: string) => {
      const response = await fetch(url + path, { headers: { authorization: `Bearer ${key}` } });
      return { status: response.status, text: await response.text() };
    };
    const { rows } = await pool.query<{ value: string }>(
      'select distinct user_id::text as value from warehouse.fact_orders',
    );
    // The example's are nobody's.
    const examples = catalogue.map(exampleOf).join();
    const values = new Set(rows.map(({ value }) => value).filter((value) => !examples.includes(value)));
    expect(values.size).toBeGreaterThan(0);
    const told = (text: string) => [...values].filter((value) => text.includes(value));

    const looked = routes.filter(
      ({ method, right, path }) => method === 'GET' && right === 'look' && path !== '/api/live',
    );
    const answers: { path: string; status: number; text: string }[] = [];
    // One after the other: all at once are more than the server has connections for.
    for (const { path } of looked) answers.push({ path, ...(await get(pathOf(path))) });
    // One that there isn't, such as a report of that day, tells nothing either.
    expect(answers.filter(({ status }) => status !== 200 && status !== 404)).toEqual([]);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(5);
    expect(answers.map(({ path, text }) => [path, told(text)]).filter(([, found]) => found?.length)).toEqual([]);
    expect(told((await get('/api/messages/orders?from=newest&limit=50')).text).length).toBeGreaterThan(0);
  });
}
