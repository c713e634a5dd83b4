/** A dead letter on the page: shown as what it is, mended beside its consumer's reader, sent back once, and followed into the warehouse. */
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { connectKafka } from '#adapters/kafka/index.ts';
import { until } from '#localstack/processes/until.ts';
import { tillstream } from '../../support/command.ts';
import { says, type WhenLive, WITHIN } from './live.ts';

/** A shop that writes its amounts as Germans do. */
const mended = randomUUID();

export function letters(live: WhenLive): void {
  const send = async (...values: readonly string[]): Promise<void> => {
    const kafka = await connectKafka({ ...live().status.kafka, clientId: 'page-test' });
    const producer = await kafka.producer();
    await producer.send(
      'orders',
      values.map((value) => ({ key: null, value })),
    );
    await producer.close();
    await kafka.close();
  };
  /** Opens the letter of a record once there is one. */
  const openLetter = async (text: string) => {
    const { browser, link, pool } = live();
    const id = await until(
      async () => {
        const found = await pool.query<{ id: string }>(
          "select dead_letter_id as id from ledger.dead_letters where position(convert_to($1, 'UTF8') in record_value) > 0",
          [text],
        );
        return found.rows[0]?.id;
      },
      { what: 'the record is a dead letter', within: WITHIN, every: 500 },
    );
    const tab = await browser.open(link);
    onTestFinished(() => tab.close());
    await tab.page.evaluate(`location.hash = '#/dead-letters/${id}'`);
    const letter = tab.page.getByRole('complementary', { name: `Dead letter ${id}` });
    await says(letter.getByRole('heading', { name: `#${id}` }));
    return { tab, id, letter };
  };
  const imagesOf = (page: Page) => page.locator('img').count();

  it('shows whatever a record holds as text', async () => {
    const hostile = `<img src=x onerror="document.title='taken'"> ${randomUUID()}`;
    await send(JSON.stringify({ order_id: hostile }));
    const { tab, letter } = await openLetter('<img src=x onerror=');
    await says(letter.getByText('<img src=x onerror='));
    expect([await imagesOf(tab.page), await tab.page.title()]).toEqual([0, 'Dead letters · Tillstream']);
  });

  it('shows a record of a megabyte, as far as a page can', async () => {
    const mark = randomUUID();
    await send(JSON.stringify({ order_id: mark, note: '<b>'.repeat(330_000) }));
    const { tab, letter } = await openLetter(mark);
    await says(letter.getByText(mark));
    expect(await tab.page.locator('.letter b b, .letter pre b').count()).toBe(0);
  });

  it('marks the field that is wrong, takes the mended record once its consumer would, and says who sent it', async () => {
    const created_at = new Date().toISOString();
    const order = {
      order_id: mended,
      user_id: randomUUID(),
      currency: 'EUR',
      category: 'books',
      country: 'DE',
      created_at,
    };
    const value = JSON.stringify({ ...order, amount: '12,50' });
    await send(value);
    const { tab, id, letter } = await openLetter(mended);
    await says(letter.locator('mark', { hasText: '"12,50"' }));
    const { page } = tab;
    await page.getByRole('button', { name: 'Edit & send' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('becomes').fill(value.replace('"12,50"', '12.50'));
    await says(dialog.getByText('archive-orders would take it'));
    expect(await tab.violations()).toEqual([]);
    await dialog.getByLabel('as').fill('ada');
    await page.keyboard.press('Control+Enter');
    await says(letter.getByText(/ada sent it back, edited/));
    const shown = await tillstream(live().home, 'dead-letters', 'show', String(id));
    expect(shown.stdout).toContain('ada');
    expect(await letter.getByRole('button', { name: 'Edit & send' }).count()).toBe(0);
  });
}

/** Its window has to pass, and it is loaded then, so this comes after the others. */
export function mendedLetter(live: WhenLive): void {
  it('took effect: the mended order stands in the warehouse', async () => {
    const inWarehouse = async () =>
      (await live().pool.query('select amount from warehouse.fact_orders where order_id = $1', [mended])).rows[0];
    const row = await until(inWarehouse, { what: 'the order is loaded', within: 600_000, every: 500 });
    expect(row).toEqual({ amount: '12.50' });
  });
}
