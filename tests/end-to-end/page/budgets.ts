/** What the page costs those who look at it. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { launch } from '../../support/command.ts';
import { REFERENCE_SECONDS, REFERENCE_WORK } from '../../support/pace.ts';
import { heading, says, type WhenLive } from './live.ts';

const LARGEST_BYTES = 120_000;
const CPU_A_SECOND = 0.08;
const LARGEST_HEAP = 30e6;
const MEASURED_MS = 20_000;

export function budgets(live: WhenLive): void {
  it(`comes in at most ${LARGEST_BYTES / 1000} KB, and few requests`, async () => {
    const { browser, link } = live();
    const tab = await browser.blank(new URL(link).origin);
    onTestFinished(() => tab.close());
    const files: Promise<[string, number]>[] = [];
    tab.page.on('requestfinished', (request) => {
      const { pathname } = new URL(request.url());
      if (!pathname.startsWith('/api/'))
        files.push(request.sizes().then(({ responseBodySize }) => [pathname, responseBodySize]));
    });
    await tab.page.goto(link);
    await says(heading(tab.page, 'Balanced'));
    const sizes = await Promise.all(files);
    expect(sizes.length).toBeLessThanOrEqual(4);
    const bytes = sizes.reduce((sum, [, size]) => sum + size, 0);
    expect(bytes, JSON.stringify(sizes)).toBeLessThanOrEqual(LARGEST_BYTES);
    expect(bytes).toBeGreaterThan(10_000);
  });

  // Of processor time, so that a busy machine doesn't matter.
  it(`takes less than ${CPU_A_SECOND * 1000} ms of the processor a second while records flow, and little memory`, async () => {
    const { browser, home, link } = live();
    const producer = launch(home, 'cli/tillstream.mjs', 'produce', '--rate', '50', '--count', '100000', '--seed', '42');
    const tab = await browser.open(link);
    try {
      await says(tab.page.locator('.flow .run'));
      const start = browser.cpuSeconds();
      await tab.page.evaluate(REFERENCE_WORK);
      const before = { cpu: browser.cpuSeconds(), at: performance.now() };
      await delay(MEASURED_MS);
      const after = browser.cpuSeconds();
      const seconds = (performance.now() - before.at) / 1000;
      await tab.page.evaluate(REFERENCE_WORK);
      const reference = (before.cpu - start + browser.cpuSeconds() - after) / 2;
      // A slower machine needs more for the page too.
      const slower = Math.max(1, reference / REFERENCE_SECONDS);
      expect((after - before.cpu) / seconds / slower).toBeLessThan(CPU_A_SECOND);
      expect(await tab.heap()).toBeLessThan(LARGEST_HEAP);
    } finally {
      producer.process.kill('SIGINT');
      await producer.exit;
      await tab.close();
    }
  });
}
