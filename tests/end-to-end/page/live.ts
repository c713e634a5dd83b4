/** What the tests of the page share: the stack that runs, the browser, and how a person reads the page. */
import type { Locator, Page } from 'playwright-core';
import type { Pool } from '#adapters/postgres/index.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import type { Browser } from '../../support/browser.ts';
import type { Home } from '../../support/command.ts';

export interface Live {
  readonly home: Home;
  readonly status: StackStatus;
  /** To the owner's database. */
  readonly pool: Pool;
  /** As the banner has it. */
  readonly link: string;
  readonly browser: Browser;
}

/** The tests are registered before anything runs. */
export type WhenLive = () => Live;

/** Of what the stack does; a busy machine takes its time. */
export const WITHIN = 120_000;

export const heading = (page: Page, name: string | RegExp): Locator => page.getByRole('heading', { name, level: 1 });

/** Waits until the page says so. */
export const says = (place: Locator): Promise<void> => place.first().waitFor({ timeout: WITHIN });

/** The headline's sum: "in Kafka", "took effect" and so on, with their figures as they stand there; undefined while it is old. */
export async function sumOn(page: Page): Promise<Readonly<Record<string, number>> | undefined> {
  if ((await page.locator('.sum.is-old').count()) > 0) return undefined;
  const parts = await page.locator('.sum li').allInnerTexts();
  return Object.fromEntries(parts.map(readPart));
}

/** Such as "+ 1,234" above "dead letters". */
function readPart(text: string): [string, number] {
  const [figure = '', ...name] = text.split('\n');
  return [name.join(' ').trim(), numberIn(figure)];
}

/** @throws if it is no number, as "?" is none */
export function numberIn(text: string): number {
  const digits = text.replace(/[^\d.?-]/g, '');
  if (digits === '' || Number.isNaN(Number(digits))) throw new Error(`Expected a number, got ${JSON.stringify(text)}.`);
  return Number(digits);
}

/** What is read out of each place of the flow, such as "Warehouse, 500 orders, 3 s old, fine". */
export const placesOn = (page: Page): Promise<string[]> => page.locator('.flow .place > title').allTextContents();

/** The pages of the navigation, as addresses behind the #. */
export const pagesOf = (page: Page): Promise<string[]> =>
  page
    .getByRole('navigation', { name: 'Pages' })
    .getByRole('link')
    .evaluateAll((links) =>
      links.map((link) => String(link.getAttribute('href'))).filter((href) => href.startsWith('#')),
    );
