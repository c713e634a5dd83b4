/** The pages of the proof and of the losses, against `proof --json` and `losses --json`; and a proof that is made on the page. */
import { expect, it, onTestFinished } from 'vitest';
import type { Proof } from '#functions/prove/proof.ts';
import { until } from '#localstack/processes/until.ts';
import type { ProofNote } from '#operations/proofs.ts';
import { tillstream } from '../../support/command.ts';
import { heading, says, type WhenLive, WITHIN } from './live.ts';

export function proof(live: WhenLive): void {
  const open = async (hash: string) => {
    const tab = await live().browser.open(live().link);
    onTestFinished(() => tab.close());
    await says(heading(tab.page, 'Balanced'));
    await tab.page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    return tab;
  };
  const json = async <Printed>(...args: string[]): Promise<Printed> =>
    JSON.parse((await tillstream(live().home, ...args, '--json')).stdout);

  it('shows each check of a proof as the command printed it', async () => {
    const printed = await json<Proof>('proof', '--depth', 'books');
    const [latest] = (await json<ProofNote[]>('proof', '--past')).filter(({ depth }) => depth === 'books');
    const { page, violations } = await open(`#/proof?at=${latest?.id}`);
    const table = page.getByRole('region', { name: `proof-${latest?.id}` });
    await says(table.getByRole('row'));
    const rows = (await table.getByRole('row').allInnerTexts())
      .slice(1)
      .map((row) => row.split('\t').map((cell) => cell.trim()));
    const shown = rows.map(([, of = '', name = '', expected, actual]) => [
      of === 'all' ? name : `${of}: ${name}`,
      expected,
      actual,
    ]);
    expect(shown).toEqual(printed.checks.map(({ name, expected, actual }) => [name, String(expected), String(actual)]));
    expect(await violations()).toEqual([]);
    expect(await json<Proof>('proof', '--of', String(latest?.id))).toEqual(printed);
  });

  it('proves by keyboard, and shows the new proof', async () => {
    const before = await json<ProofNote[]>('proof', '--past');
    const { page } = await open('#/proof');
    await page.getByLabel('depth').selectOption('kafka');
    await page.getByRole('button', { name: 'Prove now' }).focus();
    await page.keyboard.press('Enter');
    await says(page.getByText(/^Proving kafka, everything since/));
    const made = await until(
      async () =>
        (await json<ProofNote[]>('proof', '--past')).find(
          (each) => each.depth === 'kafka' && each.id > (before[0]?.id ?? 0),
        ),
      { what: 'the proof is noted', within: WITHIN, every: 1_000 },
    );
    expect(made).toMatchObject({ all: true, dags: true, balanced: true });
    const list = page.getByRole('grid', { name: 'Proofs' });
    await says(list.getByText('kafka, all'));
    await list.focus();
    await page.keyboard.press('j');
    await until(() => /^#\/proof\?at=\d+$/.test(new URL(page.url()).hash), {
      what: 'a proof is opened',
      within: WITHIN,
    });
    await says(page.getByText(/^Everything was read|^What came since/));
  });

  it('has the losses that the command has: none', async () => {
    expect(await json('losses')).toEqual([]);
    const { page } = await open('#/losses');
    await says(page.getByText('No losses.'));
  });
}
