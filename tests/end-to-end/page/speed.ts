/** How soon the page is there, and how soon it shows what the ledger has. */
import { expect, it, onTestFinished } from 'vitest';
import { until } from '#localstack/processes/until.ts';
import { tillstream } from '../../support/command.ts';
import { slowness } from '../../support/pace.ts';
import { heading, numberIn, says, type WhenLive, WITHIN } from './live.ts';

const FIRST_PAINT_MS = 1_000;
/** From one look at the ledger to the next. */
const LOOKS_EVERY_MS = 1_000;
/** What a look, its way to the page and the drawing may take. */
const SHOWN_MS = 500;

export function speed(live: WhenLive): void {
  it(`paints first within ${FIRST_PAINT_MS / 1_000} s, for somebody who comes for the first time`, async () => {
    const { browser, link } = live();
    const times: number[] = [];
    for (let n = 0; n < 3; n++) {
      const tab = await browser.blank(new URL(link).origin);
      const slower = await slowness(tab.page);
      await tab.page.goto(link);
      times.push((await tab.page.evaluate<number>(FIRST_PAINT)) / slower);
      await tab.close();
    }
    const [, median] = times.toSorted((one, other) => one - other);
    expect(median, `${times}`).toBeLessThan(FIRST_PAINT_MS);
  });

  it('shows what the ledger has committed by its next look, a second later at most', async () => {
    const { browser, home, link, pool } = live();
    const tab = await browser.open(link);
    onTestFinished(() => tab.close());
    const { page } = tab;
    await says(heading(page, 'Balanced'));
    const slowerBefore = await slowness(page);
    await page.evaluate(NOTE_SUM);
    const before = await pool.query<{ now: Date }>('select clock_timestamp() as now');
    const since = before.rows[0]?.now;
    const { stdout } = await tillstream(home, 'produce', '--topics', 'orders', '--count', '200', '--json');
    const { orders } = JSON.parse(stdout) as { readonly orders: { readonly records: number } };
    const commits = await until(
      async () => {
        const { rows } = await pool.query<Commit>(COMMITS, [since]);
        return (rows.at(-1)?.since ?? 0) >= orders.records && rows;
      },
      { what: 'all are consumed', within: WITHIN },
    );
    const all = commits.at(-1)?.total ?? Number.NaN;
    const noted = await until(
      async () => {
        const sums = (await page.evaluate<[number, string[]][]>('noted')).map(([at, parts]) => ({
          at,
          // Behind the first, which is in Kafka: took effect, repeats and dead letters.
          total: parts.slice(1, 4).reduce((sum, part) => sum + numberIn(part), 0),
        }));
        return sums.some(({ total }) => total >= all) && sums;
      },
      { what: 'the page shows them', within: WITHIN },
    );
    // A proof that ran meanwhile may be over.
    const slower = Math.max(slowerBefore, await slowness(page));
    const waited = commits.map(({ at, total }) => (noted.find((sum) => sum.total >= total)?.at ?? Number.NaN) - at);
    expect(Math.min(...waited)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...waited), `${waited}`).toBeLessThan(LOOKS_EVERY_MS + SHOWN_MS * slower);
  });
}

interface Commit {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Records that were consumed by then: ever, and since the test began. */
  readonly total: number;
  readonly since: number;
}

const COMMITS = `
  select * from (
    select
      extract(epoch from committed_at)::float8 * 1000 as at,
      (sum(accepted + duplicates + rejected) over till_then)::int as total,
      (sum(accepted + duplicates + rejected) filter (where committed_at > $1) over till_then)::int as since
    from ledger.deliveries
    where state = 'committed'
    window till_then as (order by committed_at, delivery_id)
  ) as delivery
  where since > 0
  order by at`;

// These run in the browser.

const FIRST_PAINT = `new Promise((resolve) => {
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') resolve(startTime);
  }).observe({ type: 'paint', buffered: true });
})`;

const NOTE_SUM = `
  globalThis.noted = [];
  new MutationObserver(() => {
    noted.push([Date.now(), [...document.querySelectorAll('.sum li b')].map(({ textContent }) => textContent)]);
  }).observe(document.querySelector('.sum'), { subtree: true, childList: true, characterData: true });`;
