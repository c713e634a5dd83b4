/** The lake, the runs and the cost: the page says what the command line says, and the keyboard reaches what one may do there. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '#localstack/processes/until.ts';
import type { Cost } from '#operations/cost.ts';
import type { LakeLook } from '#operations/lake/days.ts';
import { type DagRuns, LEFT_FOR_RUNS } from '#operations/runs/run.ts';
import type { Tab } from '../../support/browser.ts';
import { tillstream } from '../../support/command.ts';
import { heading, numberIn, says, type WhenLive, WITHIN } from './live.ts';

export function lake(live: WhenLive): void {
  let tab: Tab;
  beforeAll(async () => {
    tab = await live().browser.open(live().link);
  });
  afterAll(() => tab.close());

  const json = async <Printed>(...args: string[]): Promise<Printed> =>
    JSON.parse((await tillstream(live().home, ...args, '--json')).stdout);
  const go = async (hash: string, title: string | RegExp): Promise<Page> => {
    await tab.page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await says(heading(tab.page, title));
    return tab.page;
  };

  it('counts the objects of each day as `lake` does', async () => {
    const shown = async (day: string): Promise<number> => {
      const page = await go('#/lake/raw', 'Lake');
      const row = page.getByRole('region', { name: 'Objects by day' }).getByRole('row', { name: day });
      await says(row);
      // Behind the day and a cell for each of the four partitions.
      return numberIn(await row.getByRole('cell').nth(4).innerText());
    };
    const agrees = async () => {
      const { cells } = await json<LakeLook>('lake', '--zone', 'raw');
      const [[day, own] = ['', []]] = Map.groupBy(cells, ({ at }) => at);
      const objects = own.reduce((sum, each) => sum + each.objects, 0);
      if (objects > 0 && (await shown(day)) === objects) return true;
      // It is asked anew when it is opened, and else only every two minutes.
      await go('#/cost', 'Cost');
      return false;
    };
    await until(agrees, { what: 'the page has as many objects as the command', within: WITHIN, every: 500 });
  });

  it('verifies an object that was chosen by keyboard', async () => {
    const [{ at: day } = { at: '' }] = (await json<LakeLook>('lake')).cells;
    const page = await go(`#/lake/raw?day=${day}`, `Lake on ${day}`);
    await says(page.getByRole('grid', { name: 'Objects' }));
    await page.keyboard.press('j');
    await page.getByRole('button', { name: 'Verify' }).focus();
    await page.keyboard.press('Enter');
    await says(page.getByText('It is as the ledger has it'));
    expect(await tab.violations()).toEqual([]);
  });

  it('names every DAG with the state of its last run, as `runs` does', async () => {
    const page = await go('#/runs', 'Runs');
    const words: Readonly<Record<string, string>> = {
      success: 'succeeded',
      failed: 'failed',
      running: 'runs',
      queued: 'waits',
    };
    await until(
      async () => {
        const dags = await json<readonly DagRuns[]>('runs');
        const rows = await page.getByRole('region', { name: 'DAGs' }).getByRole('row').allInnerTexts();
        return dags.every(({ dag, runs: [last] }) => {
          const word = last ? words[last.state] : 'none yet';
          if (word === undefined) throw new Error(`Expected a state of ${Object.keys(words)}, got ${last?.state}.`);
          return rows.some((row) => row.startsWith(dag) && row.includes(word));
        });
      },
      { what: 'the page has the states that the command has', within: WITHIN, every: 500 },
    );
    await go('#/runs/orders_minio_to_postgres', 'orders_minio_to_postgres');
    await says(page.getByRole('grid', { name: 'Runs' }));
    await says(page.getByText(LEFT_FOR_RUNS));
    await says(page.getByRole('region', { name: 'Tasks' }).getByText('list_new_files'));
    expect(await tab.violations()).toEqual([]);
  });

  it('has the bill of `cost`, and the day of its prices', async () => {
    const page = await go('#/cost?day=1000000', 'Cost');
    const { bill, pricedOn } = await json<Cost>('cost', '--orders-per-day', '1000000');
    await says(page.getByText(`List prices of ${pricedOn}`));
    const total = page.getByRole('region', { name: 'Services' }).getByRole('row', { name: 'Total' });
    expect(numberIn(await total.innerText())).toBe(Math.round(bill?.total ?? Number.NaN));
  });
}
