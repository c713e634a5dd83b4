/** A real browser for tests of the page. It reaches nothing but this machine, and a tab fails for all that goes wrong in it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { familyOf, identify, listProcesses } from '#localstack/processes/processes.ts';
import { findChromium } from './chromium.ts';

export interface Browser {
  /** Opens the link in a tab that shares nothing with another, as for somebody who comes for the first time. */
  open(link: string, look?: Look): Promise<Tab>;
  /** A tab where nothing is open yet, of which only this origin may be asked. */
  blank(origin: string, look?: Look): Promise<Tab>;
  /** Seconds of processor time that all of its processes have taken so far. */
  cpuSeconds(): number;
  close(): Promise<void>;
}

/** As a person has it. */
export type Look = Pick<
  BrowserContextOptions,
  'colorScheme' | 'reducedMotion' | 'forcedColors' | 'viewport' | 'deviceScaleFactor'
>;

export interface Tab {
  readonly page: Page;
  /** From now on this may go wrong: what is expected while a server is gone, for example. */
  allow(expected: RegExp): void;
  /** Each rule of WCAG 2.2 A and AA that the page breaks as it is now, with the places. */
  violations(rules?: Rules): Promise<string[]>;
  /** Writes what can be seen of the page into a file, as WebP. */
  picture(file: string): Promise<void>;
  /** Bytes that its scripts hold. */
  heap(): Promise<number>;
  /** @throws if the page asked another origin, broke its policy, or wrote a warning or an error to the console */
  close(): Promise<void>;
}

const DESKTOP = { width: 1440, height: 960 };

/** To 127.0.0.1 only: a name is not resolved, so nothing leaves the machine, not even what the browser itself would ask. */
const NO_NETWORK = '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1';

export async function openBrowser(): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  const browser = await chromium.launch({
    executablePath,
    args: ['--disable-gpu', NO_NETWORK],
    // Without a language, as in a container, it has none that Intl takes.
    env: { ...process.env, ...env, LANG: 'en_US.UTF-8' } as Record<string, string>,
  });
  const control = await browser.newBrowserCDPSession();
  const { processInfo } = await control.send('SystemInfo.getProcessInfo');
  const leader = processInfo.find(({ type }) => type === 'browser');
  const identity = leader && identify(leader.id);
  if (!identity) throw new Error(`The browser doesn't say which process it is: ${JSON.stringify(processInfo)}`);

  const blank = async (origin: string, look: Look = {}): Promise<Tab> => {
    const context = await browser.newContext({
      viewport: DESKTOP,
      locale: 'en-US',
      timezoneId: 'Europe/Berlin',
      ...look,
    });
    const page = await context.newPage();
    const wrongs = watch(page, origin);
    return {
      ...{ page, allow: wrongs.allow, violations: (rules) => violations(page, rules) },
      async picture(file) {
        const session = await context.newCDPSession(page);
        const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 85 });
        await session.detach();
        writeFileSync(file, data, 'base64');
      },
      async heap() {
        const session = await context.newCDPSession(page);
        await session.send('HeapProfiler.collectGarbage');
        const { usedSize } = await session.send('Runtime.getHeapUsage');
        await session.detach();
        return usedSize;
      },
      async close() {
        await context.close();
        const found = wrongs.found();
        if (found.length > 0) throw new Error(`What went wrong on ${origin}:\n${found.join('\n')}`);
      },
    };
  };
  return {
    blank,
    async open(link, look) {
      const tab = await blank(new URL(link).origin, look);
      await tab.page.goto(link);
      return tab;
    },
    cpuSeconds: () => familyOf(identity, listProcesses()).reduce((sum, { cpu = 0 }) => sum + cpu, 0),
    close: () => browser.close(),
  };
}

/** Collects what goes wrong. What breaks the Content Security Policy or Trusted Types is an error of the console. */
function watch(page: Page, origin: string) {
  const wrongs: string[] = [];
  const allowed: RegExp[] = [];
  const note = (wrong: string) => {
    if (!allowed.some((expected) => expected.test(wrong))) wrongs.push(wrong);
  };
  page.on('console', (message) => {
    if (['warning', 'error'].includes(message.type()))
      note(`${message.type()}: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => note(`uncaught: ${error.stack ?? error.message}`));
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.protocol !== 'data:' && asked.origin !== origin) note(`asked another origin: ${request.url()}`);
  });
  return { allow: (expected: RegExp) => void allowed.push(expected), found: (): readonly string[] => wrongs };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Another theme changes colours only, so what has been looked at in one needs these alone in the other. */
export type Rules = 'all' | 'of colours';
const RULES: Readonly<Record<Rules, object>> = {
  all: { type: 'tag', values: WCAG },
  'of colours': { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
};

/** As much of axe-core as we use of it. */
interface Axe {
  run(options: object): Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
    }[];
    readonly passes: readonly unknown[];
  }>;
}

async function violations(page: Page, rules: Rules = 'all'): Promise<string[]> {
  // By the debugger's protocol, which the page's policy doesn't bind.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(
    (rules) =>
      (globalThis as unknown as { axe: Axe }).axe.run({ runOnly: rules, resultTypes: ['violations', 'passes'] }),
    RULES[rules],
  );
  if (passes.length === 0) throw new Error('axe found nothing on the page to look at.');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary = '' }) => `${id}: ${target.join(' ')}: ${failureSummary.split('\n').join(' ')}`,
    ),
  );
}
