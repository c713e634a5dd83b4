/** A run that failed, on the page: what its log says, and what one does about it by keyboard. */
import { pageOf, type ServedPage, servePage } from '#cli/page.ts';
import { consoleLink, consoleUrl, newKey } from '#console/server/link.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import { openBrowser } from '../support/browser.ts';

const WITHIN = 120_000;

export interface FailedRun {
  /** Waits until the log that is shown says so. */
  sees(text: RegExp): Promise<void>;
  /** Runs again what failed. */
  clearByKeyboard(): Promise<void>;
  /** @returns the run */
  triggerByKeyboard(): Promise<string>;
  /** @throws if the page did what it must not, as a tab's close does */
  close(): Promise<void>;
}

export async function openFailedRun(status: StackStatus, dag: string, run: string): Promise<FailedRun> {
  const [port = 0] = await freePorts(1);
  const key = newKey();
  const served: ServedPage = await servePage({ ...pageOf(status), port, key });
  const browser = await openBrowser();
  const { page, close } = await browser.open(consoleLink({ url: consoleUrl(port), key }));
  await page.evaluate(`location.hash = '#/runs/${dag}?run=${encodeURIComponent(run)}'`);
  const press = async (name: string) => {
    const button = page.getByRole('button', { name });
    await button.waitFor({ timeout: WITHIN });
    await button.focus();
    await page.keyboard.press('Enter');
  };
  const said = (text: RegExp) => page.getByRole('status').filter({ hasText: text }).first();
  return {
    sees: (text) =>
      page
        .getByRole('region', { name: /^Log of / })
        .filter({ hasText: text })
        .waitFor({ timeout: WITHIN }),
    async clearByKeyboard() {
      await press('Run what failed again');
      await said(/ and what follows run again/).waitFor({ timeout: WITHIN });
    },
    async triggerByKeyboard() {
      await press('Run now');
      const triggered = said(/^Triggered: /);
      await triggered.waitFor({ timeout: WITHIN });
      return /^Triggered: (\S+)\.(\s|$)/.exec(await triggered.innerText())?.[1] ?? '';
    },
    async close() {
      await close().finally(async () => {
        await browser.close();
        await served.close();
      });
    },
  };
}
