/** Everybody can use every page: in both themes, on a phone, by keyboard, with motion reduced, with colors of the system's own. */
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { dagNames } from '#cdk/dags.ts';
import { until } from '#localstack/processes/until.ts';
import type { Look } from '../../support/browser.ts';
import { heading, type Live, pagesOf, says, type WhenLive, WITHIN } from './live.ts';

const LOOKS: readonly Look[] = (['dark', 'light'] as const).flatMap((colorScheme) =>
  [1440, 390].map((width) => ({ colorScheme, viewport: { width, height: 900 } })),
);

export function looks(live: WhenLive): void {
  const open = async (look?: Look) => {
    const tab = await live().browser.open(live().link, look);
    onTestFinished(() => tab.close());
    await says(heading(tab.page, 'Balanced'));
    return tab;
  };

  it.each(LOOKS)(
    'breaks no rule of WCAG 2.2 A and AA on any page, and is never wider than the screen: $colorScheme, $viewport.width',
    async (look) => {
      const { page, violations } = await open(look);
      const rules = look.colorScheme === 'dark' ? 'all' : 'of colours';
      const pages = await pagesOf(page);
      expect(pages).toContain('#/');
      const details = await detailsOf(live());
      for (const address of [...pages, ...Object.keys(details)]) {
        await go(page, address, details[address]);
        expect({ address, broken: await violations(rules) }).toEqual({ address, broken: [] });
        expect({ address, wider: await page.evaluate('document.documentElement.scrollWidth - innerWidth') }).toEqual({
          address,
          wider: expect.toSatisfy((pixels: number) => pixels <= 0),
        });
      }
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      expect({ dialog: 'keys', broken: await violations(rules) }).toEqual({ dialog: 'keys', broken: [] });
    },
  );

  it('is gone through by Tab alone, from the way to the content on; what has the focus can be seen', async () => {
    const { page } = await open();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('To the content');
    const reached = new Set<string>();
    for (;;) {
      const focused = await page.evaluate<Focused>(FOCUSED);
      if (focused.nth < 0 || reached.has(String(focused.nth))) break;
      expect(focused).toMatchObject({ seen: true });
      reached.add(String(focused.nth));
      await page.keyboard.press('Tab');
    }
    expect(reached.size).toBe(await page.evaluate(`${TABBABLE}.length`));
    expect(reached.size).toBeGreaterThan(5);
  });

  it('goes to the content, to each page and to the list of keys by keys, and gives the focus back', async () => {
    const { page } = await open();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.localName')).toBe('main');
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    expect(await page.evaluate("document.activeElement.closest('dialog') !== null")).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.localName')).toBe('main');
    await page.evaluate("location.hash = '#/no-such-page'");
    await says(heading(page, 'No such page'));
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await says(heading(page, 'Balanced'));
  });

  it('shows the flow in steps; where motion is reduced, nothing moves', async () => {
    const [moving, still] = [await open(), await open({ reducedMotion: 'reduce' })];
    for (const { page } of [moving, still]) {
      await says(page.locator('.flow .lines'));
      await page.evaluate(COUNT_STEPS);
    }
    await until(async () => Number(await moving.page.evaluate('steps')) >= 8, { what: 'eight steps', within: WITHIN });
    expect(await still.page.evaluate('steps')).toBe(0);
    expect(await still.page.evaluate('document.getAnimations().length')).toBe(0);
  });

  it('tells each state by its mark where the system has colors of its own', async () => {
    const { page } = await open({ forcedColors: 'active' });
    const marks = await page.evaluate<{ mark: string; ground: string }[]>(COLORS_OF_MARKS);
    expect(marks.length).toBeGreaterThan(4);
    for (const { mark, ground } of marks) expect(mark).not.toBe(ground);
  });
}

/** Pages of one thing, to which lists lead, each with what stands on no other page. */
async function detailsOf({ pool }: Live): Promise<Readonly<Record<string, string>>> {
  const { rows } = await pool.query<Readonly<Record<'order' | 'product' | 'proof', string>>>(
    `select
       (select min(order_id::text) from warehouse.fact_orders) as "order",
       (select min(product_id) from inventory.inventory) as product,
       (select max(proof_id) from ledger.proofs) as proof`,
  );
  const { order, product, proof } = rows[0] ?? {};
  const [dag] = dagNames();
  return {
    [`#/find/${order}`]: `h1:text-is("${order}")`,
    [`#/stock/${product}`]: '[aria-label="On hand"]',
    [`#/runs/${dag}`]: `h1:text-is("${dag}")`,
    [`#/proof?at=${proof}`]: `[aria-label="proof-${proof}"]`,
  };
}

/** Goes to a page and waits until it has been answered. @param mark that it is this page; by default its place in the navigation */
async function go(page: Page, address: string, mark = `nav a[aria-current="page"][href="${address}"]`): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(address)}`);
  await page.locator(mark).first().waitFor({ state: 'attached', timeout: WITHIN });
  const asking = async () => (await page.getByText('Asking the server').count()) > 0;
  await until(async () => !(await asking()), { what: `${address} is answered`, within: WITHIN });
}

// These run in the browser, whose types the tests don't see.

interface Focused {
  /** Which of those that Tab reaches; -1 if none has the focus. */
  readonly nth: number;
  readonly what: string;
  /** By an outline or a shadow. */
  readonly seen: boolean;
}

const TABBABLE = `[...document.querySelectorAll('a[href], button:not([disabled]), input, select, textarea, [tabindex="0"]')]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && each.tabIndex >= 0)`;

const FOCUSED = `(() => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const seen = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
  return { nth: ${TABBABLE}.indexOf(element), what: element.outerHTML.slice(0, 120), seen };
})()`;

const COUNT_STEPS = `
  globalThis.steps = 0;
  new MutationObserver((changes) => { globalThis.steps += changes.length; })
    .observe(document.querySelector('.flow .lines'), { attributes: true, attributeFilter: ['style'] });`;

const COLORS_OF_MARKS = `[...document.querySelectorAll('.mark')].map((mark) => ({
  mark: getComputedStyle(mark.querySelector('path')).stroke,
  ground: getComputedStyle(mark.querySelector('circle')).fill,
}))`;
