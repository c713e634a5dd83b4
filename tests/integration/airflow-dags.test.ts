/** Runs airflow/tests with pytest on the same Airflow that runs the DAGs. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inRepository, installFolder } from '#adapters/repository.ts';
import { compiledPython } from '#localstack/install/pycache.ts';
import { run } from '#localstack/install/run.ts';
import { installAirflow } from '#localstack/services/airflow.ts';

const tests = inRepository('airflow/tests');

it('every DAG imports and passes its tests', { timeout: 300_000 }, async () => {
  const python = join(await installAirflow({ installFolder, report: console.log }), 'python');
  const said = await run(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', tests], {
    env: { PATH: process.env.PATH, ...compiledPython(installFolder) },
  });
  expect(said).toMatch(/^\d+ passed/m);
});
