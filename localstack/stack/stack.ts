/** The services of the local stack, started together and stopped together. What runs on them, deploy.ts deploys. */
import { randomBytes } from 'node:crypto';
import { jobEnvironment } from '../emr/job-environment.ts';
import { SPARK_CODE } from '../install/spark.ts';
import { requireFreePorts } from '../processes/ports.ts';
import type { StartContext } from '../processes/service.ts';
import { type AirflowService, installAirflow, startAirflow } from '../services/airflow.ts';
import { type ElasticsearchService, startElasticsearch } from '../services/elasticsearch.ts';
import { type EmrService, startEmr } from '../services/emr.ts';
import { type KafkaService, startKafka } from '../services/kafka.ts';
import { type LocalStackService, startLocalStack } from '../services/localstack.ts';
import { type PostgresService, startPostgres } from '../services/postgres.ts';
import { claimHome } from './home.ts';
import { type StackPorts, wantedPorts } from './stack-ports.ts';
import { describeStack, type StackStatus, writeStatus } from './status.ts';
import { stopAll } from './stop-all.ts';

export interface StackServices {
  readonly kafka: KafkaService;
  readonly postgres: PostgresService;
  readonly localstack: LocalStackService;
  readonly elasticsearch: ElasticsearchService;
  readonly emr: EmrService;
  /** Undefined if it was not wanted. */
  readonly airflow?: AirflowService | undefined;
}

export type ServiceName = keyof StackServices;

export interface StackOptions {
  /** $TILLSTREAM_HOME: holds `installed/` and `run/`. */
  readonly home: string;
  readonly ports: StackPorts;
  /** Whether Airflow is wanted too (true). */
  readonly airflow?: boolean;
  /** Airflow Variables, by name. */
  readonly airflowVariables?: Readonly<Record<string, string>>;
  /** Where installed software is kept, if not in the home. */
  readonly installFolder?: string;
  /** Done as soon as all but Airflow are ready, beside its start; the stack is up when both are. */
  readonly deploy?: (services: StackServices) => Promise<void>;
  /** Progress of one service, in a few words; "ready" is the last. */
  report(service: ServiceName, progress: string): void;
  /** Gives up the start. It has no effect on a stack that has come up. */
  readonly signal?: AbortSignal;
}

export interface Stack {
  readonly status: StackStatus;
  /** Services that an earlier run had left running, and that were ended. */
  readonly reaped: readonly string[];
  /** The services as they are now: a restarted one is another. */
  readonly services: StackServices;
  /** Rejects as soon as a service ends unasked. */
  readonly failed: Promise<never>;
  /** Starts a service again on the same port and data; kills it first if it still runs. LocalStack comes up empty. */
  restart(name: ServiceName): Promise<void>;
  /** Ends everything within 10 s. */
  stop(): Promise<void>;
}

/**
 * Resolves when every service is ready and run/status.json is written.
 *
 * @throws if a port is taken, another stack runs in the home, a service does not come up, or the signal aborts;
 * nothing is left running then
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const home = await claimHome(options.home);
  const services: { -readonly [Name in ServiceName]?: StackServices[Name] } = {};
  const stop = once(async () => {
    await stopAll(services);
    home.release();
  });

  const aborted = new AbortController();
  const failure = Promise.withResolvers<never>();
  failure.promise.catch((error) => aborted.abort(error));
  const signal = options.signal ? AbortSignal.any([options.signal, aborted.signal]) : aborted.signal;

  const start = startersOf(options, home, services);
  const launch = async (name: ServiceName, during?: AbortSignal): Promise<void> => {
    const service = await start[name](during);
    Object.assign(services, { [name]: service });
    service.failed.catch(failure.reject);
    options.report(name, 'ready');
  };

  try {
    await requireFreePorts(wantedPorts(options.ports, options.airflow ?? true));
    const [kafka, postgres, localstack, elasticsearch] = (
      ['kafka', 'postgres', 'localstack', 'elasticsearch'] as const
    ).map((name) => launch(name, signal));
    // What its jobs are told: where the others are.
    const emr = Promise.all([kafka, postgres, localstack]).then(() => launch('emr', signal));
    const base = [kafka, postgres, localstack, elasticsearch, emr];
    const airflow =
      options.airflow === false
        ? undefined
        : // Its packages are installed while the others start.
          Promise.all([start.installAirflow(signal), postgres, localstack, emr]).then(() => launch('airflow', signal));
    const deployed = Promise.all(base).then(() => options.deploy?.(services as StackServices));
    await allOrError([...base, airflow, deployed], (error) => aborted.abort(error));
    signal.throwIfAborted();

    const running = services as StackServices;
    const status = describeStack(running, home.runFolder);
    writeStatus(status);
    const restart = async (name: ServiceName): Promise<void> => {
      await services[name]?.kill();
      await launch(name);
    };
    return { status, reaped: home.reaped, services: running, failed: failure.promise, restart, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** How each service is started, the first time and again; the later ones ask `services` where the earlier ones are. */
function startersOf(
  { ports, airflowVariables, report, installFolder }: StackOptions,
  home: { readonly runFolder: string; readonly installFolder: string },
  services: Partial<StackServices>,
) {
  const password = randomBytes(18).toString('base64url');
  const context = (name: ServiceName, signal: AbortSignal | undefined): StartContext => ({
    runFolder: home.runFolder,
    installFolder: installFolder ?? home.installFolder,
    report: (progress) => report(name, progress),
    ...(signal && { signal }),
  });
  const running = <Name extends ServiceName>(name: Name) => {
    const service = services[name];
    if (!service) throw new Error(`${name} must run before what needs it is started`);
    return service as NonNullable<StackServices[Name]>;
  };
  return {
    kafka: (signal?: AbortSignal) =>
      startKafka({ port: ports.kafka, controllerPort: ports.kafkaController }, context('kafka', signal)),
    postgres: (signal?: AbortSignal) => startPostgres({ port: ports.postgres, password }, context('postgres', signal)),
    localstack: (signal?: AbortSignal) => startLocalStack({ port: ports.localstack }, context('localstack', signal)),
    elasticsearch: (signal?: AbortSignal) =>
      startElasticsearch(
        { port: ports.elasticsearch, transportPort: ports.elasticsearchTransport },
        context('elasticsearch', signal),
      ),
    emr: async (signal?: AbortSignal) =>
      startEmr(
        {
          port: ports.emr,
          awsEndpoint: running('localstack').endpoint,
          environment: jobEnvironment({ database: running('postgres').connection, kafka: running('kafka') }),
        },
        context('emr', signal),
      ),
    airflow: async (signal?: AbortSignal) =>
      startAirflow(
        {
          port: ports.airflow,
          database: running('postgres').connection,
          awsEndpoint: running('localstack').endpoint,
          emrEndpoint: running('emr').endpoint,
          variables: { ...sparkVariables(running('emr')), ...airflowVariables },
        },
        context('airflow', signal),
      ),
    installAirflow: (signal?: AbortSignal) => installAirflow(context('airflow', signal)),
  };
}

/** Airflow Variables with which DAGs start Spark jobs; in the cloud the deployment publishes them. */
const sparkVariables = ({ applicationId, jobRoleArn }: EmrService): Record<string, string> => ({
  tillstream_spark_application_id: applicationId,
  tillstream_spark_job_role_arn: jobRoleArn,
  tillstream_spark_code: SPARK_CODE,
});

/** Waits until all have settled, so that nothing starts any more; tells of the first error at once and then throws it. */
async function allOrError(
  starts: readonly (Promise<unknown> | undefined)[],
  onError: (error: unknown) => void,
): Promise<void> {
  let first: { readonly error: unknown } | undefined;
  const settled = starts.map((each) =>
    each?.catch((error: unknown) => {
      first ??= { error };
      onError(error);
    }),
  );
  await Promise.all(settled);
  if (first) throw (first as { readonly error: unknown }).error;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
