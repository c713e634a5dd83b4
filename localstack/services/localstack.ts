/** LocalStack: S3, Lambda, Secrets Manager and the rest of AWS, in one Python process. Its state is in memory only, but for what it keeps of the lake. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inRepository } from '#adapters/repository.ts';
import { installLocalStack } from '../install/localstack.ts';
import { compiledPython } from '../install/pycache.ts';
import type { RunningService, StartContext } from '../processes/service.ts';
import { supervise } from '../processes/supervise.ts';
import { whenReady } from '../processes/when-ready.ts';

export interface LocalStackOptions {
  readonly port: number;
  /** The bucket whose objects outlive it if data are kept: it has them again once it is made again. */
  readonly keptBucket?: string;
  /** What every function finds in its environment before what its deployment says: another lake, a login. */
  readonly functions?: Readonly<Record<string, string>>;
}

export interface LocalStackService extends RunningService {
  /** "http://127.0.0.1:4566", for every AWS service */
  readonly endpoint: string;
}

/** Starts LocalStack, empty; resolves when it serves requests. */
export async function startLocalStack(
  { port, keptBucket, functions = {} }: LocalStackOptions,
  context: StartContext,
): Promise<LocalStackService> {
  const python = await installLocalStack(context);
  context.signal?.throwIfAborted();
  const folder = join(context.runFolder, 'localstack');
  // This LocalStack knows nothing of an earlier one, so the earlier one's files are useless.
  for (const left of [folder, join(context.runFolder, 'lambda')]) rmSync(left, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });

  context.report('starting');
  const endpoint = `http://127.0.0.1:${port}`;
  const localstack = await supervise(
    {
      name: 'LocalStack',
      command: python,
      args: ['-m', 'localstack.runtime.main'],
      env: {
        ...environment(port, folder, context.runFolder),
        ...compiledPython(context.installFolder),
        ...ofEveryFunction(functions),
        ...(context.keptFolder !== undefined && {
          TILLSTREAM_KEPT_BUCKET: keptBucket,
          TILLSTREAM_KEPT_FOLDER: join(context.keptFolder, 's3'),
        }),
      },
      cwd: folder,
      logFile: join(context.runFolder, 'logs', 'localstack.log'),
      grace: 3_000,
    },
    context.runFolder,
  );
  await whenReady(localstack, {
    what: `LocalStack answers on port ${port}`,
    signal: context.signal,
    attempt: async () => {
      const health = await fetch(`${endpoint}/_localstack/health`, { signal: AbortSignal.timeout(2_000) });
      return health.ok;
    },
  });
  return { ...localstack, endpoint };
}

/** Settings that docker-compose.yml has too. */
export const localstackSettings = {
  // Sends no telemetry and downloads nothing.
  DISABLE_EVENTS: '1',
  SKIP_SSL_CERT_DOWNLOAD: '1',
  // Starts no DNS server, which would also write itself into the machine's resolv.conf.
  DNS_ADDRESS: '0',
  LAMBDA_LIMITS_MINIMUM_UNRESERVED_CONCURRENCY: '0',
  LAMBDA_RETRY_BASE_DELAY: '1',
  // Seconds. Our executor gives a process 30 s to load its handler on a busy machine; LocalStack's default is 20 s.
  LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT: '60',
  // Deploying takes 8 s instead of 20 without sleeps between checks for resources that are done already.
  BOTO_WAITER_DELAY: '0',
  BOTO_WAITER_MAX_ATTEMPTS: '20000',
  CFN_NO_WAIT_ITERATIONS: '100',
  CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES: '1',
} as const;

/** Our executor gives functions these variables without the prefix (lambda_executor/). */
const ofEveryFunction = (variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [`TILLSTREAM_LAMBDA_SET_${name}`, value]));

function environment(port: number, folder: string, runFolder: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    // It writes into the run folder only, and reads no ~/.aws.
    HOME: folder,
    FILESYSTEM_ROOT: folder,
    LOCALSTACK_VOLUME_DIR: join(folder, 'volume'),
    GATEWAY_LISTEN: `127.0.0.1:${port}`,
    // Our plugins in lambda_executor/ listen on that address only, run the functions, and keep S3's large objects in TMPDIR.
    PYTHONPATH: inRepository('localstack/lambda_executor'),
    GATEWAY_SERVER: 'tillstream',
    LAMBDA_RUNTIME_EXECUTOR: 'process',
    PROVIDER_OVERRIDE_S3: 'tillstream',
    TILLSTREAM_LAMBDA_NODE: process.execPath,
    TILLSTREAM_LAMBDA_MODULES: inRepository('node_modules'),
    TILLSTREAM_LAMBDA_FOLDER: join(runFolder, 'lambda'),
    ...localstackSettings,
  };
}
