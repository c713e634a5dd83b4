/** LocalStack: S3, Lambda, Secrets Manager and the rest of AWS, in one Python process. Its state is in memory only. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inRepository } from '#adapters/repository.ts';
import { installLocalStack } from '../install/localstack.ts';
import type { RunningService, StartContext } from '../processes/service.ts';
import { supervise } from '../processes/supervise.ts';
import { whenReady } from '../processes/when-ready.ts';

export interface LocalStackOptions {
  readonly port: number;
}

export interface LocalStackService extends RunningService {
  /** "http://127.0.0.1:4566", for every AWS service */
  readonly endpoint: string;
}

/** Starts LocalStack, empty; resolves when it serves requests. */
export async function startLocalStack({ port }: LocalStackOptions, context: StartContext): Promise<LocalStackService> {
  const python = await installLocalStack(context);
  context.signal?.throwIfAborted();
  const folder = join(context.runFolder, 'localstack');
  // Nothing of an earlier LocalStack is any use to this one, which knows none of it.
  for (const left of [folder, join(context.runFolder, 'lambda')]) rmSync(left, { recursive: true, force: true });
  mkdirSync(join(folder, 'tmp'), { recursive: true });

  context.report('starting');
  const endpoint = `http://127.0.0.1:${port}`;
  const localstack = await supervise(
    {
      name: 'LocalStack',
      command: python,
      args: ['-m', 'localstack.runtime.main'],
      env: environment(port, folder, context.runFolder),
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

/** What is the same in docker-compose.yml. */
export const localstackSettings = {
  // Nothing is sent home or downloaded.
  DISABLE_EVENTS: '1',
  SKIP_SSL_CERT_DOWNLOAD: '1',
  // Nor does the machine need another name server, least of all one written into its resolv.conf.
  DNS_ADDRESS: '0',
  LAMBDA_LIMITS_MINIMUM_UNRESERVED_CONCURRENCY: '0',
  LAMBDA_RETRY_BASE_DELAY: '1',
  // Seconds; on a busy machine our executor grants a process 30 s to load its handler, LocalStack itself only 20.
  LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT: '60',
  // Deploying takes 8 s instead of 20 when it need not sleep between looks at what is done already.
  BOTO_WAITER_DELAY: '0',
  BOTO_WAITER_MAX_ATTEMPTS: '20000',
  CFN_NO_WAIT_ITERATIONS: '100',
  CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES: '1',
} as const;

function environment(port: number, folder: string, runFolder: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    // All it writes goes into the run folder, and it reads nobody's ~/.aws.
    HOME: folder,
    TMPDIR: join(folder, 'tmp'),
    FILESYSTEM_ROOT: folder,
    LOCALSTACK_VOLUME_DIR: join(folder, 'volume'),
    GATEWAY_LISTEN: `127.0.0.1:${port}`,
    // Functions are run by our plugin, lambda_executor/.
    PYTHONPATH: inRepository('localstack/lambda_executor'),
    LAMBDA_RUNTIME_EXECUTOR: 'process',
    TILLSTREAM_LAMBDA_NODE: process.execPath,
    TILLSTREAM_LAMBDA_MODULES: inRepository('node_modules'),
    TILLSTREAM_LAMBDA_FOLDER: join(runFolder, 'lambda'),
    ...localstackSettings,
  };
}
