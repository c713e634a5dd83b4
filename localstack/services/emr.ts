/** The stand-in for EMR Serverless: one application that runs Spark jobs on this machine. The first job installs Spark. */
import { createApi } from '../emr/api.ts';
import type { Credentials } from '../emr/caller.ts';
import { startDriver } from '../emr/driver.ts';
import { createJobRuns } from '../emr/job-runs.ts';
import { serve } from '../emr/server.ts';
import { warmJvm } from '../emr/warm-jvm.ts';
import { SPARK_CODE } from '../install/spark.ts';
import type { RunningService, StartContext } from '../processes/service.ts';

export interface EmrOptions {
  readonly port: number;
  /** LocalStack's address, where jobs find S3 and Secrets Manager. */
  readonly awsEndpoint: string;
  /** Environment variables of every job. */
  readonly environment: Readonly<Record<string, string>>;
  /** The same, of what `ps` may show to nobody. */
  readonly logins?: Readonly<Record<string, string>>;
  /** Spark properties of every job, which override this machine's: another S3, for example. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Those that every call must be signed with; to start again for the same clients, pass those of the first start. */
  readonly credentials: Credentials;
  /** The folder of the programs that jobs may run (the project's spark/). */
  readonly code?: string;
  /** The address to listen on (127.0.0.1). */
  readonly address?: string;
  /** The names by which callers know this server (127.0.0.1 and localhost). */
  readonly names?: readonly string[];
}

export interface EmrService extends RunningService {
  /** For AWS_ENDPOINT_URL_EMR_SERVERLESS. */
  readonly endpoint: string;
  readonly credentials: Credentials;
  /** The application, which exists from the start. */
  readonly applicationId: string;
  readonly jobRoleArn: string;
}

export const EMR_APPLICATION = '00tillstreamlocal';
export const EMR_JOB_ROLE = 'arn:aws:iam::000000000000:role/tillstream-local-spark';
/** Spark 3.5, as in spark/requirements.in. */
const RELEASE = 'emr-7.12.0';

export async function startEmr(options: EmrOptions, context: StartContext): Promise<EmrService> {
  const { port, credentials, awsEndpoint, environment, logins = {}, properties, code = SPARK_CODE } = options;
  const { address = '127.0.0.1', names = ['127.0.0.1', 'localhost'] } = options;
  const { runFolder, installFolder } = context;
  const installing = new AbortController();
  const defaults = { ...variables(environment), ...properties };
  const settings = { runFolder, installFolder, awsEndpoint, defaults, logins };
  const jvm = warmJvm();
  const jobRuns = createJobRuns((run, report) =>
    startDriver(settings, run, jvm, { report, signal: installing.signal }),
  );
  const application = {
    ...{ applicationId: EMR_APPLICATION, name: 'tillstream-local', releaseLabel: RELEASE },
    ...{ createdAt: Date.now(), jobRuns, code },
  };
  const server = await serve(createApi(application), { port, address, names, credentials });
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  server.on('error', failure.reject);

  const end = async (how: 'stop' | 'kill'): Promise<void> => {
    installing.abort(new Error('The stack was stopped.'));
    server.close();
    server.closeAllConnections();
    await jobRuns.end(how);
    await jvm.end(how);
  };
  return {
    name: 'EMR Serverless',
    pids: [],
    failed: failure.promise,
    stop: () => end('stop'),
    kill: () => end('kill'),
    endpoint: `http://127.0.0.1:${port}`,
    credentials,
    applicationId: EMR_APPLICATION,
    jobRoleArn: EMR_JOB_ROLE,
  };
}

/** https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/jobs-spark.html */
const variables = (environment: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => [
      [`spark.emr-serverless.driverEnv.${name}`, value],
      [`spark.executorEnv.${name}`, value],
    ]),
  );
