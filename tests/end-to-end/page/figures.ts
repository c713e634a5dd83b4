/** The page says what the command line says. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Proof } from '#functions/prove/proof.ts';
import { until } from '#localstack/processes/until.ts';
import type { Tab } from '../../support/browser.ts';
import { tillstream } from '../../support/command.ts';
import { heading, numberIn, placesOn, says, sumOn, type WhenLive, WITHIN } from './live.ts';

/** As `status --json` has it. */
interface Status {
  readonly streams: Readonly<Record<string, { produced: number; consumed: number; rejected: number; lag: number }>>;
  readonly loaded: number;
  readonly paid: number;
}

export function figures(live: WhenLive): void {
  let tab: Tab;
  beforeAll(async () => {
    tab = await live().browser.open(live().link);
  });
  afterAll(() => tab.close());

  const json = async <Printed>(...args: string[]): Promise<Printed> =>
    JSON.parse((await tillstream(live().home, ...args, '--json')).stdout);
  const total = (status: Status, of: 'produced' | 'rejected' | 'lag') =>
    Object.values(status.streams).reduce((sum, stream) => sum + stream[of], 0);
  /** The page may be a second behind, so they are asked again until they agree. */
  const untilPageSays = (what: string, agrees: () => Promise<boolean>) =>
    until(agrees, { what: `the page says ${what}`, within: WITHIN, every: 500 });

  it('opens by the link of the banner, and says within a minute that the books are balanced', async () => {
    await heading(tab.page, 'Balanced').waitFor({ timeout: 60_000 });
    expect(new URL(tab.page.url()).hash).toBe('#/');
    expect(await tab.page.title()).toBe('Overview · Tillstream');
  });

  it('has a sum that adds up, of the parts that status counts', async () => {
    await untilPageSays('what status says', async () => {
      const status = await json<Status>('status');
      const { 'in Kafka': inKafka = Number.NaN, ...parts } = (await sumOn(tab.page)) ?? {};
      if (Object.keys(parts).length === 0) return false;
      expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(inKafka);
      return (
        inKafka === total(status, 'produced') &&
        parts['dead letters'] === total(status, 'rejected') &&
        parts.waiting === total(status, 'lag')
      );
    });
  });

  it('follows 1,000 orders until they have taken effect, as the proof counts them', async () => {
    const before = (await sumOn(tab.page)) ?? {};
    await tillstream(live().home, 'produce', '--topics', 'orders', '--count', '1000', '--seed', '41');
    await untilPageSays('that all have taken effect', async () => {
      const now = (await sumOn(tab.page)) ?? {};
      const grown = (part: string) => (now[part] ?? 0) - (before[part] ?? 0);
      return grown('in Kafka') >= 1_000 && now.waiting === 0 && now['took effect'] === (await provedEffect());
    });
  });

  const provedEffect = async () => {
    const { streams } = await json<Proof>('proof');
    return Object.values(streams).reduce((sum, { accepted }) => sum + accepted, 0);
  };

  it('counts in the flow what status counts', async () => {
    const figureOf = async (name: string) => {
      const said = (await placesOn(tab.page)).find((place) => place.startsWith(`${name}, `));
      return numberIn(said?.split(', ')[1] ?? '');
    };
    await untilPageSays('what status says', async () => {
      const { loaded, paid } = await json<Status>('status');
      return (await figureOf('Warehouse')) === loaded && (await figureOf('Payments')) === paid;
    });
  });

  it('counts the dead letters by reason as the list of them does', async () => {
    const listed = await json<readonly { reason: string }[]>('dead-letters', '--limit', '100000');
    const byReason = Object.groupBy(listed, ({ reason }) => reason);
    const expected = Object.entries(byReason).map(([reason, letters]) => [reason, letters?.length]);
    const reasons = tab.page.getByRole('region', { name: 'Dead letters by reason' }).getByRole('listitem');
    await untilPageSays('the same reasons', async () => {
      const shown = (await reasons.allInnerTexts()).map((text) =>
        text.split('\n').filter((line) => line.trim() !== ''),
      );
      return (
        JSON.stringify(shown.map(([reason = '', count = '']) => [reason, numberIn(count)]).sort()) ===
        JSON.stringify(expected.sort())
      );
    });
    expect(expected.length).toBeGreaterThan(0);
  });

  it('finds an order by / in every place that trace knows, and leads from there to its record', async () => {
    const { page } = tab;
    const { rows } = await live().pool.query<{ order_id: string }>(
      'select min(order_id::text) as order_id from warehouse.fact_orders',
    );
    const id = String(rows[0]?.order_id);
    await page.locator('main').click({ position: { x: 1, y: 1 } });
    await page.keyboard.press('/');
    await page.keyboard.type(id);
    await page.keyboard.press('Enter');
    await says(heading(page, id));
    await says(page.locator('.places'));
    const shown = page.getByRole('region', { name: 'Find' }).getByRole('heading', { level: 2 });
    const again = page.getByRole('button', { name: 'Look again' });
    // Meanwhile a job may take the order to one place more, so both look anew until they agree.
    await untilPageSays('all places', async () => {
      await again.click();
      await again.waitFor({ timeout: WITHIN });
      const places = (await json<readonly { place: string }[]>('trace', id)).map(({ place }) => place);
      return places.length > 4 && JSON.stringify(await shown.allInnerTexts()) === JSON.stringify(places);
    });
    await page
      .getByRole('link', { name: /^record orders/ })
      .first()
      .click();
    await says(heading(page, /^orders \d\/\d+$/));
    await page.goBack();
    await says(heading(page, id));
    await page.evaluate("location.hash = '#/'");
    await says(heading(page, 'Balanced'));
  });

  it('turns red when a cent is changed, with the place, in the title, and aloud; and says when it balances again', async () => {
    const { pool, home } = live();
    // What is closed is read by deeper proofs only. Run alone, these tests come before the first proof that closes anything.
    const closed = () =>
      pool.query<{ order_id: string }>(
        `select order_id from warehouse.fact_orders
         join ledger.deliveries using (delivery_id) join ledger.closed_partitions using (consumer, topic, partition)
         where last_offset < before_offset limit 1`,
      );
    const order = await until(async () => (await closed()).rows[0]?.order_id, {
      ...{ what: 'a proof has closed an order that is loaded', within: 600_000, every: 1_000 },
    });
    const change = (cents: number) =>
      pool.query('update warehouse.fact_orders set amount = amount + $2 where order_id = $1', [order, cents / 100]);
    const { page } = tab;
    const aloud = page.locator('[aria-live]');
    await change(1);
    try {
      const [{ code }] = await Promise.all([
        tillstream(home, 'proof'),
        says(heading(page, 'Not balanced')),
        says(page.getByText(/orders partition \d offsets? [\d-]+: /)),
        until(async () => (await page.title()) === '✗ Tillstream', { what: 'the title says so', within: WITHIN }),
        says(aloud.getByText(/^Not balanced\. /)),
      ]);
      expect(code).toBe(1);
      // One that doesn't look there balances, and takes nothing back.
      expect((await tillstream(home, 'proof', '--depth', 'books')).code).toBe(0);
      await says(page.getByText(/balanced, but it doesn’t look there/));
      expect([await heading(page, 'Not balanced').count(), await page.title()]).toEqual([1, '✗ Tillstream']);
      expect(await json('status')).toMatchObject({ proof: { balanced: false } });
    } finally {
      await change(-1);
    }
    expect((await tillstream(home, 'proof')).code).toBe(0);
    await says(heading(page, 'Balanced'));
    expect(await json('status')).toMatchObject({ proof: { balanced: true, off: [] } });
    await says(aloud.getByText('Balanced again.'));
    expect(await page.title()).toBe('Overview · Tillstream');
  });
}
