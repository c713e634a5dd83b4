/** The functions as an earlier commit has them, deployed beside the present ones, with an event source of their own. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DeleteLayerVersionCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  PublishLayerVersionCommand,
} from '@aws-sdk/client-lambda';
import { configurationOf } from '#adapters/configuration-file.ts';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';
import type { FunctionName } from '#cdk/config/functions.ts';
import type { Synthesis } from '#cdk/local.ts';
import { placeholders } from '#localstack/deployment/local-addresses.ts';
import { zipFolder } from '#localstack/deployment/zip.ts';
import { run } from '#localstack/install/run.ts';
import { awsSettings, lambdaTools } from '../support/lambda.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { CannotStrike, persist } from './cannot-strike.ts';

/** What a function is made of. */
const SOURCES = ['functions', 'lambda', 'delivery', 'adapters', 'domain', 'sql/transforms'];

const execute = promisify(execFile);
const git = async (...args: string[]): Promise<string> => (await run('git', ['-C', repositoryRoot, ...args])).trim();

/**
 * The commit before the newest change of a function: what ran until that was deployed, if each change is deployed by itself. Of a
 * merge, the branch that it was merged into.
 */
async function earlierCommit(): Promise<string> {
  const changed = await git('log', '-1', '--format=%H', '--', ...SOURCES);
  return git('rev-parse', '--verify', '--quiet', `${changed}^`);
}

interface Bundles {
  /** Zip files, by the full name of the function that they make. */
  readonly functions: ReadonlyMap<string, Buffer>;
  /** The zip file of their layer, if they had one. */
  readonly layer: Buffer | undefined;
}

let bundled: Promise<Bundles> | undefined;

/** Made once. @throws `CannotStrike` if this is no clone, one without the commit, or its functions lack a package today */
async function earlierBundles(): Promise<Bundles> {
  const commit = await earlierCommit().catch((cause: Error) => {
    const why = 'There is no earlier version to run beside this one; a shallow clone has none (git fetch --unshallow)';
    throw new CannotStrike(`${why}: ${cause.message}`, { cause });
  });
  await expectPackages(commit);
  bundled ??= bundle(commit);
  return bundled;
}

/** Its functions are made of the packages that are installed here. */
async function expectPackages(commit: string): Promise<void> {
  const packages = (text: string) => Object.entries((JSON.parse(text) as Manifest).dependencies ?? {}).map(String);
  const manifestsHere = ['package.json', 'layers/kafka/package.json'];
  const here = await Promise.all(manifestsHere.map((path) => readFile(inRepository(path), 'utf8')));
  const present = new Set(here.flatMap(packages));
  // Before bundles held their packages, the layer `runtime` listed them.
  const manifests = await git('ls-tree', '--name-only', commit, ...manifestsHere, 'layers/runtime/package.json');
  const texts = await Promise.all(manifests.split('\n').map((path) => git('show', `${commit}:${path}`)));
  const absent = texts.flatMap(packages).filter((each) => !present.has(each));
  if (absent.length > 0)
    throw new CannotStrike(
      `The functions of ${commit.slice(0, 8)} need ${absent.join(' ').replaceAll(',', '@')}, which is not installed here.`,
    );
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

async function bundle(commit: string): Promise<Bundles> {
  const folder = mkdtempSync(join(tmpdir(), 'tillstream earlier-'));
  try {
    return await bundleIn(folder, commit);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundleIn(folder: string, commit: string): Promise<Bundles> {
  const archive = join(folder, 'commit.tar');
  await git('archive', '--output', archive, commit);
  await run('tar', ['-xf', archive, '-C', folder]);
  symlinkSync(inRepository('node_modules'), join(folder, 'node_modules'));
  const settings = JSON.stringify({ ...placeholders, configuration: configurationOf('local').values });
  const synthesis = ['cdk/bin/local.ts', join(folder, 'cdk.out'), 'assets', settings];
  const { stdout } = await execute(process.execPath, synthesis, { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
  const { stacks, assets }: Synthesis = JSON.parse(stdout);
  const zipOf = async (s3Key: string | undefined, name: string): Promise<Buffer> => {
    const { objectKey, folder: source } = assets.find((asset) => asset.objectKey === s3Key) ?? {};
    if (!source || !objectKey) throw new Error(`Expected a bundle of ${name}, got none.`);
    const file = join(folder, objectKey);
    await zipFolder(source, file);
    return readFile(file);
  };
  const functions = new Map<string, Buffer>();
  let layer: Buffer | undefined;
  for (const { template } of stacks)
    for (const { Type, Properties } of Object.values((template as Template).Resources)) {
      const { FunctionName = '', Code, Content } = Properties;
      if (Type === 'AWS::Lambda::Function') functions.set(FunctionName, await zipOf(Code?.S3Key, FunctionName));
      if (Type === 'AWS::Lambda::LayerVersion') layer = await zipOf(Content?.S3Key, 'the layer');
    }
  return { functions, layer };
}

interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Properties: {
          readonly FunctionName?: string;
          readonly Code?: { readonly S3Key?: string };
          /** Of a layer. */
          readonly Content?: { readonly S3Key?: string };
        };
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
  const { ready } = lambdaTools(lambda);
  // What LocalStack has closed since the last request would fail this one.
  const client = new LambdaClient({ ...awsSettings(lambda), maxAttempts: 3 });
  const made: string[] = [];
  const layer = bundles.layer && (await publishLayer(client, bundles.layer));
  const remove = async () => {
    for (const FunctionName of made)
      await persist(`${FunctionName} is removed`, () =>
        client.send(new DeleteFunctionCommand({ FunctionName })).catch((error: Error) => {
          if (error.name !== 'ResourceNotFoundException') throw error;
        }),
      );
    if (layer) await persist('the layer is removed', () => client.send(new DeleteLayerVersionCommand(layer)));
  };
  try {
    for (const name of names) {
      const present = `${lambda.functionPrefix}-${name}`;
      const ZipFile = bundles.functions.get(present);
      if (!ZipFile) throw new Error(`The earlier version has no function ${name}.`);
      const { Role, Runtime, Handler, Timeout, MemorySize, Environment } = await client.send(
        new GetFunctionConfigurationCommand({ FunctionName: present }),
      );
      const FunctionName = `${EARLIER}-${name}`;
      await client.send(
        new CreateFunctionCommand({
          ...{ FunctionName, Role, Runtime, Handler, Timeout, MemorySize },
          Environment: { Variables: { ...Environment?.Variables } },
          ...(layer && { Layers: [layer.LayerVersionArn] }),
          Code: { ZipFile },
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

async function publishLayer(client: LambdaClient, ZipFile: Buffer) {
  const LayerName = `${EARLIER}-packages`;
  // A version whose answer was lost stays, and is used by none.
  const { Version, LayerVersionArn } = await persist('the layer is published', () =>
    client.send(new PublishLayerVersionCommand({ LayerName, Content: { ZipFile } })),
  );
  if (!Version || !LayerVersionArn) throw new Error(`Expected a version of layer ${LayerName}, got none.`);
  return { LayerName, VersionNumber: Version, LayerVersionArn };
}
