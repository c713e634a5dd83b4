/**
 * Writes README's pictures of the page into docs/pictures/: `npm run docs:pictures`. They are of a run of its own with the synthetic shop,
 * which takes minutes, or of the run whose link is given. Look at them before you commit them.
 */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inRepository } from '#adapters/repository.ts';
import { until } from '#localstack/processes/until.ts';
import { type Browser, openBrowser, type Tab } from './support/browser.ts';
import { launch, newHome, type Running } from './support/command.ts';

const FOLDER = inRepository('docs/pictures');
/** README is read on telephones too. */
const LARGEST_BYTES = 250_000;
const WITHIN = 900_000;
/** So much of the history that the plots show something. */
const PROOFS = 30;

/** As the reader's system has it, which README asks. */
const themes = ['dark', 'light'] as const;

async function overview({ page }: Tab): Promise<void> {
  await page.getByRole('heading', { name: 'Balanced' }).waitFor({ timeout: WITHIN });
  await page.locator('.place', { hasText: /Warehouse, [\d,]+ orders, .*fine/ }).waitFor({ timeout: WITHIN });
  await page
    .locator('.past rect')
    .nth(PROOFS - 1)
    .waitFor({ state: 'attached', timeout: WITHIN });
}

/** An amount that is none, corrected and judged, but not sent. */
async function deadLetter({ page }: Tab): Promise<void> {
  await page.evaluate("location.hash = '#/dead-letters?reason=invalid_amount'");
  await page.getByRole('row').nth(1).click({ timeout: WITHIN });
  await page.getByRole('button', { name: 'Edit & send' }).click({ timeout: WITHIN });
  const editor = page.getByLabel('becomes');
  const record = JSON.parse(await editor.inputValue()) as object;
  await editor.fill(JSON.stringify({ ...record, amount: 12.5 }));
  await page.getByRole('button', { name: 'Lay out' }).click();
  await page.getByText('would take it').waitFor({ timeout: WITHIN });
}

/** An order that has come to the warehouse. */
async function record({ page }: Tab): Promise<void> {
  await page.evaluate("location.hash = '#/messages/orders?from=oldest'");
  const arrived = page.getByRole('row').filter({ hasText: 'warehouse' }).first();
  await arrived.getByRole('link').first().click({ timeout: WITHIN });
  await page.getByRole('heading', { name: /^orders \d+\/\d+$/, level: 1 }).waitFor({ timeout: WITHIN });
  await page.getByText('Its id').waitFor({ timeout: WITHIN });
}

interface Picture {
  readonly show: (tab: Tab) => Promise<void>;
  /** Of the window, in pixels: as much as the page fills. */
  readonly height: number;
}

const pictures: Readonly<Record<string, Picture>> = {
  overview: { show: overview, height: 960 },
  'dead-letter': { show: deadLetter, height: 960 },
  record: { show: record, height: 590 },
};

async function write(browser: Browser, link: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  for (const colorScheme of themes) {
    for (const [name, { show, height }] of Object.entries(pictures)) {
      const tab = await browser.open(link, { colorScheme, viewport: { width: 1440, height } });
      await show(tab);
      const file = join(FOLDER, `${name}-${colorScheme}.webp`);
      await tab.picture(file);
      await tab.close();
      const { size } = statSync(file);
      if (size > LARGEST_BYTES) throw new Error(`${file} has ${size} bytes; expected at most ${LARGEST_BYTES}.`);
      console.log(`${file}: ${size} bytes`);
    }
  }
}

/** The link of the banner. */
async function linkOf({ output, process: child }: Running): Promise<string> {
  const find = () => /http:\S+#key=\S+/.exec(output.stdout)?.[0];
  await until(() => find() !== undefined || child.exitCode !== null, { what: 'the banner is shown', within: WITHIN });
  const link = find();
  if (link === undefined) throw new Error(`npm start has ended:\n${output.stdout}${output.stderr}`);
  return link;
}

async function ofItsOwnRun(browser: Browser): Promise<void> {
  const home = await newHome();
  const running = launch(home, 'start.mjs');
  try {
    await write(browser, await linkOf(running));
  } finally {
    running.process.kill('SIGINT');
    await running.exit;
    home.remove();
  }
}

const [link] = process.argv.slice(2);
const browser = await openBrowser();
try {
  await (link === undefined ? ofItsOwnRun(browser) : write(browser, link));
} finally {
  await browser.close();
}
