/** The functions as an earlier commit has them, deployed beside the present ones, with an event source of their own. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateFunctionCommand, DeleteFunctionCommand, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';
import type { FunctionName } from '#cdk/config/functions.ts';
import type { Synthesis } from '#cdk/local.ts';
import { placeholders } from '#localstack/deployment/local-addresses.ts';
import { zipFolder } from '#localstack/deployment/zip.ts';
import { run } from '#localstack/install/run.ts';
import { lambdaTools } from '../support/lambda.ts';
import type { Pipeline } from '../support/pipeline.ts';

/** What a function is made of. */
const SOURCES = ['functions', 'lambda', 'delivery', 'adapters', 'domain', 'sql/transforms'];

const git = async (...args: string[]): Promise<string> => (await run('git', ['-C', repositoryRoot, ...args])).trim();

/** The commit before the newest change of a function: what ran until that was deployed. */
async function earlierCommit(): Promise<string> {
  const changed = await git('log', '-1', '--format=%H', '--', ...SOURCES);
  return git('rev-parse', '--verify', '--quiet', `${changed}^`);
}

/** By a function's name, the file of its bundle. */
type Bundles = ReadonlyMap<string, string>;

let bundled: Promise<Bundles> | undefined;

/** Made once. @throws if this is no clone, or one without the commit */
export function earlierBundles(): Promise<Bundles> {
  bundled ??= bundle().catch((error: Error) => {
    bundled = undefined;
    throw new Error(`There is no earlier version to run beside this one: ${error.message}`, { cause: error });
  });
  return bundled;
}

async function bundle(): Promise<Bundles> {
  const folder = mkdtempSync(join(tmpdir(), 'tillstream earlier-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const archive = join(folder, 'commit.tar');
  await git('archive', '--output', archive, await earlierCommit());
  await run('tar', ['-xf', archive, '-C', folder]);
  symlinkSync(inRepository('node_modules'), join(folder, 'node_modules'));
  const settings = JSON.stringify({ ...placeholders, processSchedule: '@hourly' });
  const output = await run(process.execPath, ['cdk/bin/local.ts', join(folder, 'cdk.out'), 'assets', settings], {
    cwd: folder,
    env: process.env,
  });
  const { stacks, assets }: Synthesis = JSON.parse(output.slice(output.indexOf('{"stacks"')));
  const bundles = new Map<string, string>();
  for (const { template } of stacks)
    for (const { Type, Properties } of Object.values((template as Template).Resources)) {
      if (Type !== 'AWS::Lambda::Function') continue;
      const { objectKey, folder: source } = assets.find((asset) => asset.objectKey === Properties.Code?.S3Key) ?? {};
      if (!source || !objectKey) throw new Error(`Expected a bundle of ${Properties.FunctionName}, got none.`);
      const file = join(folder, objectKey);
      await zipFolder(source, file);
      bundles.set(Properties.FunctionName ?? '', file);
    }
  return bundles;
}

interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Properties: { readonly FunctionName?: string; readonly Code?: { readonly S3Key?: string } };
      }
    >
  >;
}

/** Their names begin with this instead of the present functions' prefix. */
export const EARLIER = 'tillstream-earlier';

/** Deploys these functions as they were, configured as the present ones are. @returns what removes them */
export async function deployEarlier({ stack }: Pipeline, names: readonly FunctionName[]): Promise<() => Promise<void>> {
  const bundles = await earlierBundles();
  const { lambda } = stack.status;
  const { client, ready } = lambdaTools(lambda);
  const made: string[] = [];
  const remove = async () => {
    for (const FunctionName of made) await client.send(new DeleteFunctionCommand({ FunctionName }));
  };
  try {
    for (const name of names) {
      const present = `${lambda.functionPrefix}-${name}`;
      const file = bundles.get(present);
      if (!file) throw new Error(`The earlier version has no function ${name}.`);
      const { Role, Runtime, Handler, Timeout, MemorySize, Environment, Layers } = await client.send(
        new GetFunctionConfigurationCommand({ FunctionName: present }),
      );
      const FunctionName = `${EARLIER}-${name}`;
      await client.send(
        new CreateFunctionCommand({
          ...{ FunctionName, Role, Runtime, Handler, Timeout, MemorySize },
          Environment: { Variables: { ...Environment?.Variables } },
          Layers: Layers?.flatMap(({ Arn }) => (Arn ? [Arn] : [])),
          Code: { ZipFile: await readFile(file) },
        }),
      );
      made.push(FunctionName);
      await ready(FunctionName);
    }
    return remove;
  } catch (error) {
    await remove();
    throw error;
  }
}
