import { parseArgs } from 'node:util';
import { installFolderOf } from '#adapters/repository.ts';
import { installSpark, SPARK_MEGABYTES } from '#localstack/install/spark.ts';
import { exit, UserError } from '../command.ts';
import { print } from '../print.ts';
import { home } from '../running-stack.ts';

export const summary = 'Install Spark now instead of at the first Spark job';

export const usage = `
Usage: npx tillstream install spark

npm start installs everything that the stack runs on except Spark, which the first Spark job installs: ${SPARK_MEGABYTES} MB.
This command installs it now.
`;

export async function run(args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  if (positionals.join(' ') !== 'spark')
    throw new UserError(`Expected spark, the only thing to install separately, got "${positionals.join(' ')}".`);
  const spark = await installSpark({ installFolder: installFolderOf(home), report: print });
  print(`Spark is in ${spark.home}`);
  return exit.ok;
}
