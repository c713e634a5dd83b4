import { parseArgs } from 'node:util';
import { installFolderOf } from '#adapters/repository.ts';
import { installSpark } from '#localstack/install/spark.ts';
import { exit, UserError } from '../command.ts';
import { home } from '../running-stack.ts';

export const summary = 'Install Spark now instead of at the first Spark job';

export const usage = `
Usage: npx tillstream install spark

npm start installs everything that the stack runs on except Spark, which the first Spark job installs: a download of 310 MB
that takes 390 MB on disk. This command installs it now.
`;

export async function run(args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  if (positionals.join(' ') !== 'spark')
    throw new UserError(`Expected spark, the only thing to install separately, got "${positionals.join(' ')}".`);
  const spark = await installSpark({ installFolder: installFolderOf(home), report: console.log });
  console.log(`Spark is in ${spark.home}`);
  return exit.ok;
}
