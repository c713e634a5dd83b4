/** airflow/tests, by pytest on the very Airflow that runs the DAGs. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '#localstack/install/run.ts';
import { installAirflow } from '#localstack/services/airflow.ts';

const root = join(import.meta.dirname, '..', '..');
const installFolder = join(process.env.TILLSTREAM_HOME ?? join(root, '.tillstream'), 'installed');

it('every DAG imports and is what it promises to be', { timeout: 300_000 }, async () => {
  const python = join(await installAirflow(installFolder, console.log), 'python');
  const said = await run(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', join(root, 'airflow', 'tests')], {
    env: { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1' },
  });
  expect(said).toMatch(/^\d+ passed/m);
});
