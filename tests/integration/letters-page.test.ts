/** The page of the dead letters with ten thousand of them, in a real browser. */
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { connectKafka } from '#adapters/kafka/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { openConsole } from '#console/server/console.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { until } from '#localstack/processes/until.ts';
import type { Backbone } from '#operations/backbone.ts';
import { openPulse } from '#operations/open-pulse.ts';
import { type Browser, type Look, openBrowser } from '../support/browser.ts';
import { writeDeadLetters } from '../support/dead-letters.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

const LETTERS = 10_000;
const WITHIN = 60_000;

let pool: Pool;
let browser: Browser;
let link: string;

beforeAll(async () => {
  pool = await freshDatabase();
  await writeDeadLetters(pool, [{ message: 'the oldest' }]);
  await pool.query(
    `insert into ledger.dead_letters (
       delivery_id, consumer, topic, partition, record_offset, kafka_timestamp, record_value, reason, message
     )
     select 1, 'archive-orders', 'orders', 1, n, now(), convert_to('{"n":' || n || '}', 'UTF8'), 'missing_field',
       'order_id: expected a value, got none (' || n || ')'
     from generate_series(2, $1::int) as n`,
    [LETTERS],
  );
  await pool.query(
    "update ledger.dead_letters set failed_at = failed_at - (29 - dead_letter_id) * interval '1 minute' where dead_letter_id <= 28",
  );
  const look = await poolAs('console', pool);
  const { kafka: access, postgres } = inject('stack');
  const kafka = await connectKafka({ ...access, clientId: 'letters-page' });
  const services = {
    postgres: { name: 'PostgreSQL', address: `${postgres.host}:${postgres.port}` },
    kafka: { name: 'Kafka', address: access.bootstrapServers },
  };
  const [port = 0] = await freePorts(1);
  const key = 'a-key-of-this-test';
  const server = await openConsole({
    backbone: { pool: look } as Backbone,
    pulse: openPulse({ pool: look, kafka: async () => kafka, services }),
    session: { environment: 'local', version: 'test', startedAt: null, by: 'ada', may: ['look', 'read'], links: {} },
    ...{ key, port },
  });
  link = `http://127.0.0.1:${port}/#key=${key}`;
  browser = await openBrowser();
  return async () => {
    await browser.close();
    await server.close();
    await kafka.close();
    await look.end();
  };
});
afterAll(() => pool.end());

async function openPage(address: string, look?: Look) {
  const tab = await browser.open(link, look);
  onTestFinished(() => tab.close());
  await tab.page.evaluate(`location.hash = ${JSON.stringify(address)}`);
  await tab.page.locator('.list tbody tr').first().waitFor({ timeout: WITHIN });
  return tab;
}

test('ten thousand letters are a list of few elements, gone through by keys to the oldest', async () => {
  const { page, violations } = await openPage('#/dead-letters');
  const nodes = () => page.evaluate<number>('document.querySelectorAll("*").length');
  expect(await nodes()).toBeLessThan(1_000);
  const grid = page.getByRole('grid', { name: 'Dead letters' });
  await until(async () => (await grid.getAttribute('aria-rowcount')) === String(LETTERS + 1), {
    what: 'the list says how many there are',
    within: WITHIN,
  });
  await grid.focus();
  await page.keyboard.press('j');
  const letter = (id: number) => page.getByRole('complementary', { name: `Dead letter ${id}`, exact: true });
  await letter(LETTERS).getByText('order_id').first().waitFor({ timeout: WITHIN });
  await page.keyboard.press('j');
  await letter(LETTERS - 1).waitFor({ timeout: WITHIN });
  await page.keyboard.press('k');
  await letter(LETTERS).waitFor({ timeout: WITHIN });
  await grid.focus();
  await page.keyboard.press('End');
  await letter(1).getByText('expected').first().waitFor({ timeout: WITHIN });
  expect(new URL(page.url()).hash).toBe('#/dead-letters/1');
  expect(await nodes()).toBeLessThan(1_000);
  expect(await violations()).toEqual([]);
});

test('sixty jumps through the list take little of the processor each', async () => {
  const { page } = await openPage('#/dead-letters');
  const grid = page.getByRole('grid', { name: 'Dead letters' });
  await grid.focus();
  await page.keyboard.press('End');
  await page.getByRole('complementary', { name: 'Dead letter 1', exact: true }).waitFor({ timeout: WITHIN });
  const before = browser.cpuSeconds();
  await page.evaluate(`(async () => {
    const list = document.querySelector('.list');
    for (let jump = 0; jump < 60; jump++) {
      list.scrollTop = (list.scrollHeight * ((jump * 37) % 60)) / 60;
      await new Promise(requestAnimationFrame);
    }
  })()`);
  expect((browser.cpuSeconds() - before) / 60).toBeLessThan(0.15);
});

test('the list scrolls smoothly', async () => {
  const { page } = await openPage('#/dead-letters');
  await page.getByRole('grid', { name: 'Dead letters' }).focus();
  await page.keyboard.press('End');
  await page.getByRole('complementary', { name: 'Dead letter 1', exact: true }).waitFor({ timeout: WITHIN });
  const { scrolled, reference, rows, seen } = await page.evaluate<Frames>(FRAMES);
  expect(rows).toBeLessThan(100);
  // So it was gone through from the oldest to the newest, and what was seen was drawn.
  expect(seen).toBeGreaterThan(100);
  const slower = Math.max(1, p95(reference) / REFERENCE_FRAME_MS);
  expect(p95(scrolled), `${scrolled}`).toBeLessThan(SMOOTH_FRAME_MS * slower);
});

/** At most, of 19 in 20: three of a screen's frames. */
const SMOOTH_FRAME_MS = 51;
/** A frame of the reference where that bound was set: it is drawn before the next one is due. */
const REFERENCE_FRAME_MS = 17;

interface Frames {
  /** Milliseconds from one frame to the next: while the list is scrolled, and while other texts are put into a copy of what is drawn of it. */
  readonly scrolled: readonly number[];
  readonly reference: readonly number[];
  /** The most that were in the document. */
  readonly rows: number;
  /** Windows of rows that were seen. */
  readonly seen: number;
}

const p95 = (times: readonly number[]): number =>
  times.toSorted((one, other) => one - other)[Math.floor(times.length * 0.95)] ?? Number.NaN;

/** In turns, so that what else the machine does strikes both alike. It runs in the browser. */
const FRAMES = `(async () => {
  const list = document.querySelector('.list');
  const [scrolled, reference, firsts] = [[], [], new Set()];
  let rows = 0;
  const step = (list.scrollHeight - list.clientHeight) / 160;
  const scroll = () => {
    list.scrollTop -= step;
    const drawn = document.querySelectorAll('.list tbody tr');
    rows = Math.max(rows, drawn.length);
    firsts.add(drawn[0]?.id);
  };
  let copy;
  let texts = 0;
  const write = () => {
    for (const cell of copy.querySelectorAll('td')) cell.textContent = 'text ' + texts++;
  };
  const frames = async (what, into) => {
    let before = await new Promise(requestAnimationFrame);
    for (let n = 0; n < 20; n++) {
      what();
      const now = await new Promise(requestAnimationFrame);
      into.push(now - before);
      before = now;
    }
  };
  for (let turn = 0; turn < 8; turn++) {
    await frames(scroll, scrolled);
    const at = list.scrollTop;
    copy = list.cloneNode(true);
    list.replaceWith(copy);
    copy.scrollTop = at;
    await frames(write, reference);
    copy.replaceWith(list);
    list.scrollTop = at;
  }
  return { scrolled, reference, rows, seen: firsts.size };
})()`;

test('letters of half an hour, a bar for each minute, make the page no wider than a phone', async () => {
  const { page } = await openPage('#/dead-letters', { viewport: { width: 390, height: 900 } });
  const bars = page.getByRole('group', { name: 'Letters over time' }).getByRole('button');
  await bars.first().waitFor({ timeout: WITHIN });
  expect(await bars.count()).toBeGreaterThan(20);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
});

test('eight tabs are answered, one of them follows the server, and another does when that is closed', async () => {
  const first = await openPage('#/dead-letters');
  const context = first.page.context();
  const followed: number[] = [];
  const others = await Promise.all(Array.from({ length: 7 }, () => context.newPage()));
  for (const [at, page] of others.entries()) {
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/api/live') followed.push(at);
    });
    await page.goto(link);
    await page.evaluate("location.hash = '#/dead-letters'");
  }
  for (const page of others) {
    await page.locator('.list tbody tr').first().waitFor({ timeout: WITHIN });
    await page.getByText('Live', { exact: true }).waitFor({ timeout: WITHIN });
  }
  expect(followed).toEqual([]);
  await first.page.close();
  await until(() => followed.length === 1, { what: 'another tab follows', within: WITHIN });
});

test('a letter is opened by its address, and who may only look at it has no buttons that act', async () => {
  const { page } = await openPage('#/dead-letters/9876?reason=missing_field');
  const letter = page.getByRole('complementary', { name: 'Dead letter 9876', exact: true });
  await letter.getByText('"n": 9876').waitFor({ timeout: WITHIN });
  expect(await page.getByRole('button', { name: /send/i }).count()).toBe(0);
  await page.getByLabel('text').fill('(777)');
  await page.getByLabel('text').press('Enter');
  await page.getByText('1 letter found').waitFor({ timeout: WITHIN });
});
