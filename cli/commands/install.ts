import { parseArgs } from 'node:util';
import { installFolderOf } from '#adapters/repository.ts';
import { installSpark } from '#localstack/install/spark.ts';
import { exit, UserError } from '../command.ts';
import { home } from '../running-stack.ts';

export const summary = 'Install Spark now instead of at the first Spark job';

export const usage = `
Usage: npx tillstream install spark

Everything that the stack runs on is installed by npm start, but for Spark: 390 MB, fetched when the first Spark job
starts. This fetches it now.
`;

export async function run(args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  if (positionals.join(' ') !== 'spark')
    throw new UserError(`Only spark can be installed by itself, got "${positionals.join(' ')}".`);
  const spark = await installSpark({ installFolder: installFolderOf(home), report: console.log });
  console.log(`Spark is in ${spark.home}`);
  return exit.ok;
}
