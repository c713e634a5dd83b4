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
    const { checks, ...rest } = printed;
    const every = checks.map(({ name, expected, actual, where }) => ({ name, expected, actual, where }));
    expect(await json('proof', '--of', String(latest?.id))).toMatchObject({ ...rest, checks: checks.length, every });
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

  it('accepts a loss for good, and has the losses that the command has', async () => {
    // The consumer doesn't exist, so that the proof of the others is unaffected.
    const { rows: made } = await live().pool.query<{ id: string }>(
      `insert into ledger.losses (consumer, topic, partition, first_offset, last_offset)
       values ('nobody', 'orders', 0, 20, 29) returning loss_id as id`,
    );
    const { page, violations } = await open('#/losses');
    await page.getByLabel(`Choose loss ${made[0]?.id}`, { exact: true }).check({ timeout: WITHIN });
    await page.getByRole('button', { name: 'Acknowledge 1 loss' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('textarea').fill('counted by hand', { timeout: WITHIN });
    await dialog.locator('input').fill('grace');
    expect(await violations()).toEqual([]);
    await dialog.getByRole('button', { name: 'Accept for good' }).click();
    await says(dialog.getByText(/^Accepted: 1 of 1/));
    await page.keyboard.press('Escape');

    const listed = await json<{ id: number; acknowledged_by: string; reason: string }[]>('losses');
    expect(listed).toContainEqual(expect.objectContaining({ acknowledged_by: 'grace', reason: 'counted by hand' }));
    const many = listed.length === 1 ? '1 loss' : `${listed.length} losses`;
    await says(page.getByText(`${many}, all accepted`));
    await says(page.getByText('counted by hand'));
    // Behind the row of the names.
    expect(await page.getByRole('region', { name: 'losses', exact: true }).getByRole('row').count()).toBe(
      listed.length + 1,
    );
    expect(await violations()).toEqual([]);
  });
}
