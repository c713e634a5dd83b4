/** Many dead letters go back by a plan: what came since is not in it, a stop halts behind a batch, and who has one open twice sends it once. */
import { randomUUID } from 'node:crypto';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { connectKafka } from '#adapters/kafka/index.ts';
import { inTransaction, openPool, type Pool } from '#adapters/postgres/index.ts';
import { takeTurn } from '#delivery/turns.ts';
import { until } from '#localstack/processes/until.ts';
import { says, type WhenLive, WITHIN } from './live.ts';

/** Sold before the shop had put them into its catalogue. The second stays unknown. */
const MARK = randomUUID().slice(0, 8);
const [PRODUCT, UNKNOWN] = [`${MARK}-cup`, `${MARK}-saucer`];

export function bulk(live: WhenLive): void {
  let pool: Pool;
  beforeAll(() => {
    pool = openPool({ connectionString: live().status.postgres.url, max: 2 });
  });
  afterAll(() => pool.end());

  const sell = async (product: string, sales: number): Promise<void> => {
    const kafka = await connectKafka({ ...live().status.kafka, clientId: 'page-test' });
    const producer = await kafka.producer();
    await producer.send(
      'store_sales',
      Array.from({ length: sales }, () => ({ key: product, value: saleOf(product) })),
    );
    await producer.close();
    await kafka.close();
  };
  const lettersOf = async (product: string, state: 'all' | 'sent'): Promise<number> => {
    const { rows } = await pool.query<{ letters: number }>(
      `select count(*)::int as letters
       from ledger.dead_letters left join ledger.redrives using (dead_letter_id)
       where record_key = convert_to($1, 'UTF8') and ($2 = 'all' or redrive_id is not null)`,
      [product, state],
    );
    return rows[0]?.letters ?? 0;
  };
  const refused = (product: string, sales: number) =>
    until(async () => (await lettersOf(product, 'all')) === sales, {
      ...{ what: `${sales} sales of ${product} are dead letters`, within: WITHIN, every: 200 },
    });
  const putOnShelf = () =>
    pool.query(
      `with product as (insert into shop.products values ($1, 'Cup', 'kitchen', 4.50) returning product_id)
       insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand) select product_id, 9000, 9000 from product`,
      [PRODUCT],
    );
  /** No batch goes before the work is done: how fast they go depends on the machine. */
  const whileNoBatchGoes = (work: () => Promise<void>): Promise<void> =>
    inTransaction(pool, async (transaction) => {
      await takeTurn(transaction, 'redrive-dead-letters');
      await work();
    });
  const open = async (address: string): Promise<Page> => {
    const tab = await live().browser.open(live().link);
    onTestFinished(() => tab.close());
    await tab.page.evaluate(`location.hash = ${JSON.stringify(address)}`);
    return tab.page;
  };
  /** A new plan, up to its last button. */
  const plan = async (page: Page, letters: string): Promise<Locator> => {
    await page.getByRole('button', { name: 'Send these back…' }).click({ timeout: WITHIN });
    const dialog = page.getByRole('dialog');
    await says(dialog.getByText(`${letters} letters`, { exact: true }));
    return dialog;
  };
  const confirm = async (dialog: Locator, letters: number): Promise<void> => {
    await dialog.getByLabel(`Type ${letters} to send them`).fill(String(letters));
    await dialog.getByLabel('as', { exact: true }).fill('ada');
    await dialog.getByRole('button', { name: 'Send back' }).click();
  };

  it('sends the letters of its plan and none that came since, and halts behind a batch when it is told to', async () => {
    await sell(PRODUCT, 2_500);
    await refused(PRODUCT, 2_500);
    const page = await open(`#/dead-letters?text=${MARK}`);
    const before = await plan(page, '2,500');
    await says(before.getByText('2,500 would be refused again'));
    await page.keyboard.press('Escape');
    await putOnShelf();

    const first = await plan(page, '2,500');
    await says(first.getByText('none would be refused again'));
    await whileNoBatchGoes(async () => {
      await confirm(first, 2_500);
      await says(first.getByText('0 of 2,500 sent'));
      const stopped = page.waitForResponse((response) => response.url().endsWith('/stop'));
      await first.getByRole('button', { name: 'Stop behind this batch' }).click();
      await stopped;
    });
    await says(first.getByText('Stopped: 1,000 of 2,500 sent'));
    expect(await first.getByRole('progressbar').getAttribute('value')).toBe('1000');
    expect(await lettersOf(PRODUCT, 'sent')).toBe(1_000);
    await page.keyboard.press('Escape');

    const second = await plan(page, '1,500');
    await whileNoBatchGoes(async () => {
      await confirm(second, 1_500);
      await sell(UNKNOWN, 300);
      await refused(UNKNOWN, 300);
    });
    await says(second.getByText('1,500 of 1,500 sent'));
    expect([await lettersOf(PRODUCT, 'sent'), await lettersOf(UNKNOWN, 'sent')]).toEqual([2_500, 0]);
    await says(second.getByText('1,500 took effect'));
    await page.keyboard.press('Escape');
    const third = await plan(page, '300');
    await says(third.getByText('300 would be refused again'));
  });

  it('sends a letter that two tabs have open once: the second is told who did it, and when', async () => {
    const { rows } = await pool.query<{ id: number }>(
      `select max(dead_letter_id)::int as id from ledger.dead_letters where record_key = convert_to($1, 'UTF8')`,
      [UNKNOWN],
    );
    const id = rows[0]?.id;
    const one = await open(`#/dead-letters/${id}`);
    const other = await one.context().newPage();
    await other.goto(one.url());
    for (const page of [one, other]) {
      await page.getByRole('button', { name: 'Edit & send' }).click({ timeout: WITHIN });
      await page.getByLabel('becomes').fill(saleOf(PRODUCT));
      await says(page.getByText('would take it'));
      await page.getByLabel('as', { exact: true }).fill(page === one ? 'ada' : 'ben');
    }
    const audit = (page: Page) => page.getByText(/^ada sent it back, edited/);
    await one.keyboard.press('Control+Enter');
    await says(audit(one));
    await other.keyboard.press('Control+Enter');
    await says(other.getByRole('alert').getByText(/It was sent before: by ada, 2\d{3}-/));
    await other.keyboard.press('Escape');
    await says(audit(other));
    expect(await other.getByRole('button', { name: 'Edit & send' }).count()).toBe(0);
    const sent = await pool.query('select redriven_by from ledger.redrives where dead_letter_id = $1', [id]);
    expect(sent.rows).toEqual([{ redriven_by: 'ada' }]);
  });
}

const saleOf = (product: string): string =>
  JSON.stringify({
    ...{ event_id: randomUUID(), order_id: randomUUID(), store_id: 'store-1', product_id: product, quantity: 1 },
    timestamp: new Date().toISOString(),
  });
