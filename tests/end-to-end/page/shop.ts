/** Stock, questions and payments on the page say what their commands say. */
import { expect, it, onTestFinished } from 'vitest';
import { until } from '#localstack/processes/until.ts';
import type { PaymentsLook } from '#operations/payments/look.ts';
import type { ProductLook } from '#operations/stock/product.ts';
import type { ProductPage } from '#operations/stock/products.ts';
import { tillstream } from '../../support/command.ts';
import { heading, numberIn, says, type WhenLive, WITHIN } from './live.ts';

export function shop(live: WhenLive): void {
  const open = async (address: string) => {
    const { browser, link } = live();
    const tab = await browser.open(link);
    onTestFinished(() => tab.close());
    await tab.page.evaluate(`location.hash = ${JSON.stringify(address)}`);
    return tab;
  };
  const json = async <Printed>(...args: string[]): Promise<Printed> =>
    JSON.parse((await tillstream(live().home, ...args, '--json')).stdout);

  it('has the products with the least first, and of one the sum and the levels that the command has', async () => {
    const { rows, counts } = await json<ProductPage>('stock');
    const [least] = rows;
    if (!least) throw new Error('Expected a product on the shelves, found none.');
    const { page } = await open('#/stock');
    await says(heading(page, 'Stock'));
    await says(page.getByText(new RegExp(`^${counts.all.toLocaleString('en')} products · `)));
    await says(page.getByRole('grid', { name: 'Products' }).getByRole('link', { name: least.product, exact: true }));

    await page.evaluate(`location.hash = '#/stock/${least.product}?period=all'`);
    await says(heading(page, least.name));
    const shown = page.getByRole('region', { name: 'Product' });
    // Sales may come meanwhile.
    await until(
      async () => {
        const { opening, sold, restocked, onHand, balanced } = await json<ProductLook>('stock', least.product);
        const parts = (await shown.locator('.sum li b').allInnerTexts()).map(numberIn);
        return balanced && JSON.stringify(parts) === JSON.stringify([opening, sold, restocked, onHand]);
      },
      { what: 'the page says what the command says', within: WITHIN, every: 500 },
    );
    await says(shown.getByText('Balanced: inventory.inventory has as much.'));
    const plot = page.getByRole('region', { name: 'On hand', exact: true });
    await plot.getByRole('button', { name: 'Table' }).click();
    await says(plot.getByRole('columnheader', { name: 'on hand' }));
    expect(await plot.getByRole('row').count()).toBeGreaterThan(2);
  });

  it('answers a question with as many rows as the command, and says its SQL and its source', async () => {
    const { page } = await open('#/questions/low_stock');
    await says(heading(page, 'Which products run out?'));
    await says(page.getByText(/^\d[\d,]* rows?, asked at /));
    await says(page.getByText(/inventory\.inventory/));
    const { rows } = await json<{ readonly rows: readonly object[] }>('ask', 'low_stock');
    const said = await page.getByText(/^\d[\d,]* rows?, asked at /).innerText();
    expect(numberIn(said.split(' row')[0] ?? '')).toBe(rows.length);
  });

  it('has the payments that the command has, with what waits', async () => {
    await tillstream(live().home, 'produce', '--topics', 'transactions', '--count', '50', '--seed', '43');
    const { page } = await open('#/payments');
    await says(heading(page, 'Payments'));
    const facts = page.getByRole('region', { name: 'Payments', exact: true }).locator('dl.facts');
    const said = (name: string) => facts.locator(`dt:text-is("${name}") + dd`).innerText();
    await until(
      async () => {
        const { hours, toTransform } = await json<PaymentsLook>('payments');
        const payments = hours.reduce((sum, hour) => sum + hour.payments, 0);
        // The DAG takes them once an hour: mostly they wait, and what isn't known is no 0.
        if (hours.length === 0 && toTransform.hours === 0) return false;
        const total = hours.length === 0 ? '? – no hour' : `${payments.toLocaleString('en')}, of which`;
        const waits = `${toTransform.hours} ${toTransform.hours === 1 ? 'hour' : 'hours'}, the first since`;
        const wanted = toTransform.hours === 0 ? 'nothing waits' : waits;
        return (await said('Payments')).startsWith(total) && (await said('To transform')).startsWith(wanted);
      },
      { what: 'the page says what the command says', within: WITHIN, every: 500 },
    );
  });
}
