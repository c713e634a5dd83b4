/** How to connect: who asks for the logins gets those that work, and nothing of them is on the page before or behind that. */
import { expect, it, onTestFinished } from 'vitest';
import { airflowClient } from '#adapters/airflow.ts';
import { openPool } from '#adapters/postgres/index.ts';
import { until } from '#localstack/processes/until.ts';
import { heading, says, type WhenLive, WITHIN } from './live.ts';

export function logins(live: WhenLive): void {
  it('shows no login until it is asked for, then those that work, and forgets them', async () => {
    const { browser, link, status } = live();
    const { postgres, biReader, airflow } = status;
    if (!airflow || !biReader) throw new Error('Expected a stack with Airflow and the analysts’ login.');
    const tab = await browser.open(link);
    onTestFinished(() => tab.close());
    const { page } = tab;
    await page.evaluate("location.hash = '#/connect'");
    await says(heading(page, 'Connect'));
    const services = page.getByRole('region', { name: 'Services' });
    const fact = (service: string, name: string) =>
      services.getByRole('row', { name: service }).locator(`dt:text-is("${name}") + dd`);
    await says(fact('Airflow', 'password'));
    await says(page.getByRole('region', { name: 'Programs' }).locator('pre'));

    const secrets = [postgres.password, biReader.password, airflow.password];
    const onPage = async () => {
      const content = await page.content();
      return secrets.filter((secret) => content.includes(secret) || content.includes(encodeURIComponent(secret)));
    };
    expect(await onPage()).toEqual([]);
    expect(await fact('Airflow', 'password').innerText()).toBe('hidden');

    await page.getByRole('button', { name: 'Show logins' }).click();
    await says(fact('Airflow', 'password').locator('code'));
    const shown = (service: string, name: string) => fact(service, name).locator('code').innerText();
    const password = await shown('Airflow', 'password');
    expect((await airflowClient({ ...airflow, password }).dags()).length).toBeGreaterThan(0);
    const pool = openPool({ connectionString: await shown('PostgreSQL', `as ${postgres.user}`), max: 1 });
    onTestFinished(() => pool.end());
    expect((await pool.query('select current_user as login')).rows).toEqual([{ login: postgres.user }]);

    await page.getByRole('button', { name: 'Hide logins' }).click();
    await until(async () => (await onPage()).length === 0, { what: 'the logins are gone', within: WITHIN });
  });
}
