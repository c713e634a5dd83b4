/** Starts the services of the local stack together, and stops them together. localstack/deployment/ deploys onto them. */
import { randomBytes } from 'node:crypto';
import { localLakeBucket } from '#cdk/config/local-services.ts';
import { jobEnvironment } from '../emr/job-environment.ts';
import { SPARK_CODE } from '../install/spark.ts';
import { requireOwnIndex } from '../own/elasticsearch.ts';
import { type FoundServices, findOwn } from '../own/find.ts';
import type { OwnName, OwnServices } from '../own/given.ts';
import { type Owned, requirePair, type Stores } from '../own/pairing.ts';
import { reach } from '../own/reach.ts';
import { allOrError } from '../processes/all-or-error.ts';
import { requireFreePorts } from '../processes/ports.ts';
import type { StartContext } from '../processes/service.ts';
import { installAirflow, startAirflow } from '../services/airflow.ts';
import { startElasticsearch } from '../services/elasticsearch.ts';
import { type EmrService, startEmr } from '../services/emr.ts';
import { startKafka } from '../services/kafka.ts';
import { localCredentials } from '../services/local-aws.ts';
import { startLocalStack } from '../services/localstack.ts';
import { startPostgres } from '../services/postgres.ts';
import { type ClaimedHome, claimHome } from './home.ts';
import { type KeptData, noteLedger } from './kept.ts';
import { type StackPorts, wantedPorts } from './ports.ts';
import type { ServiceName, StackServices } from './services.ts';
import { describeStack, type StackStatus, writeStatus } from './status.ts';
import { stopAll } from './stop-all.ts';

export interface StackOptions {
  /** $TILLSTREAM_HOME: holds `installed/` and `run/`, and `data/` if any are kept. */
  readonly home: string;
  /** Whether Kafka, PostgreSQL, the lake and Elasticsearch go on with what they have kept of earlier such runs (false). */
  readonly keep?: boolean;
  readonly ports: StackPorts;
  /** Services that are there already, and are used instead of starting such. They go with `keep`. */
  readonly own?: OwnServices;
  /** Whether a ledger in use that does not say where it belongs is taken as one of these services (false). */
  readonly adopt?: boolean | undefined;
  /** Whether Airflow starts too (true). */
  readonly airflow?: boolean;
  /** The folder of Spark's programs (the project's spark/). */
  readonly sparkCode?: string;
  /** The password that `deploy` gives bi_reader, for the status. */
  readonly biReaderPassword?: string;
  /** Where whoever starts this serves the page, and its key, for the status. */
  readonly console?: StackStatus['console'];
  /** Folder of installed software, if not in the home. */
  readonly installFolder?: string;
  /** Called as soon as all but Airflow are ready, while Airflow starts; the stack is up when both are done. */
  readonly deploy?: (services: StackServices) => Promise<void>;
  /** Progress of one service, in a few words; "ready" is the last. */
  report(service: ServiceName | OwnName, progress: string): void;
  /** Cancels the start. It has no effect on a stack that has come up. */
  readonly signal?: AbortSignal;
}

export interface Stack {
  readonly status: StackStatus;
  /** Services that an earlier run had left running, and that were ended. */
  readonly reaped: readonly string[];
  /** The current services: a restarted one is a new object. */
  readonly services: StackServices;
  /** Rejects as soon as a service ends without having been stopped. */
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
  const home = await claimHome(options.home, options);
  const services: { -readonly [Name in ServiceName]?: StackServices[Name] } = {};
  const stop = once(async () => {
    await stopAll(services);
    home.release();
  });

  const aborted = new AbortController();
  const failure = Promise.withResolvers<never>();
  failure.promise.catch((error) => aborted.abort(error));
  const signal = options.signal ? AbortSignal.any([options.signal, aborted.signal]) : aborted.signal;

  let start: ReturnType<typeof startersOf>;
  const launch = async (name: ServiceName, during?: AbortSignal): Promise<void> => {
    const service = await start[name](during);
    Object.assign(services, { [name]: service });
    service.failed.catch(failure.reject);
    options.report(name, 'ready');
  };

  try {
    const own = await findOwn(options.own ?? {}, options.report);
    start = startersOf(options, home, services, own);
    const without = [...Object.keys(options.own ?? {}), ...(options.airflow === false ? ['airflow'] : [])];
    await requireFreePorts(wantedPorts(options.ports, without));
    const [kafka, postgres, localstack, elasticsearch] = (
      ['kafka', 'postgres', 'localstack', 'elasticsearch'] as const
    ).map((name) => launch(name, signal));
    const paired = Promise.all([kafka, postgres]).then(async () => {
      if (!home.kept || !services.postgres) return;
      const { connection } = services.postgres;
      if (own.elasticsearch) await requireOwnIndex(own.elasticsearch, connection);
      // It writes notes, so it comes last.
      const stores = storesOf(home.kept.id, own);
      await requirePair(connection, stores, ownedBy(home.kept, own), { adopt: options.adopt });
    });
    // Its jobs are told the addresses of these three.
    const emr = Promise.all([kafka, postgres, localstack]).then(() => launch('emr', signal));
    const base = [kafka, postgres, localstack, elasticsearch, emr];
    const airflow =
      options.airflow === false
        ? undefined
        : // Its packages install while the others start. It replaces the history of another run only once that is known to be over.
          Promise.all([start.installAirflow(signal), paired, localstack, emr]).then(() => launch('airflow', signal));
    const deployed = Promise.all([...base, paired]).then(() => options.deploy?.(services as StackServices));
    await allOrError([...base, airflow, deployed], (error) => aborted.abort(error));
    signal.throwIfAborted();

    const running = services as StackServices;
    const { biReaderPassword, console } = options;
    const status = describeStack(running, {
      lake: own.s3?.access,
      ...{ runFolder: home.runFolder, kept: home.kept, biReaderPassword, console },
      own: Object.keys(options.own ?? {}) as OwnName[],
    });
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

/** What tells this run's Kafka and lake from any others that the ledger could have been made with. */
const storesOf = (kept: string, { kafka, s3 }: FoundServices): Stores => ({
  Kafka: kafka ? `cluster ${kafka.clusterId}` : `kept ${kept}`,
  lake: s3 ? `bucket ${s3.id}` : `kept ${kept}`,
});

/** What belongs to the ledger alone. Kafka has no place for such a note. */
const ownedBy = (kept: KeptData, { s3 }: FoundServices): Owned[] => [
  {
    what: `the data in ${kept.folder}`,
    owner: async () => kept.ledger,
    claim: async (ledger) => {
      noteLedger(kept, ledger);
      return ledger;
    },
  },
  ...(s3 ? [{ what: `the lake in bucket ${s3.access.bucket}`, ...s3 }] : []),
];

/** Starts each service, the first time and again; later ones read the addresses of earlier ones from `services`. */
function startersOf(
  { ports, sparkCode = SPARK_CODE, report, installFolder }: StackOptions,
  home: ClaimedHome,
  services: Partial<StackServices>,
  own: FoundServices,
) {
  const { kept } = home;
  const reachable = reach(own);
  const password = kept?.password ?? randomBytes(18).toString('base64url');
  // Airflow has one pair for all of AWS, and LocalStack takes any secret.
  const credentials = { ...localCredentials, secretAccessKey: randomBytes(30).toString('base64url') };
  const context = (name: ServiceName, signal: AbortSignal | undefined): StartContext => ({
    runFolder: home.runFolder,
    ...(kept && { keptFolder: kept.folder }),
    installFolder: installFolder ?? home.installFolder,
    report: (progress) => report(name, progress),
    ...(signal && { signal }),
  });
  const running = <Name extends ServiceName>(name: Name) => {
    const service = services[name];
    if (!service) throw new Error(`Expected ${name} to run already: start it before the services that need it.`);
    return service as NonNullable<StackServices[Name]>;
  };
  return {
    kafka: async (signal?: AbortSignal) =>
      own.kafka?.service ??
      startKafka({ port: ports.kafka, controllerPort: ports.kafkaController }, context('kafka', signal)),
    postgres: async (signal?: AbortSignal) =>
      own.postgres?.service ?? startPostgres({ port: ports.postgres, password }, context('postgres', signal)),
    localstack: (signal?: AbortSignal) =>
      startLocalStack(
        { port: ports.localstack, keptBucket: localLakeBucket, functions: reachable.functions },
        context('localstack', signal),
      ),
    elasticsearch: async (signal?: AbortSignal) =>
      own.elasticsearch?.service ??
      startElasticsearch(
        { port: ports.elasticsearch, transportPort: ports.elasticsearchTransport },
        context('elasticsearch', signal),
      ),
    emr: async (signal?: AbortSignal) =>
      startEmr(
        {
          port: ports.emr,
          credentials,
          code: sparkCode,
          awsEndpoint: running('localstack').endpoint,
          environment: jobEnvironment({
            database: running('postgres').connection,
            kafka: running('kafka'),
            ...(own.s3 && { lakeBucket: own.s3.access.bucket }),
          }),
          logins: reachable.logins,
          properties: reachable.properties,
        },
        context('emr', signal),
      ),
    airflow: async (signal?: AbortSignal) =>
      startAirflow(
        {
          port: ports.airflow,
          database: running('postgres').connection,
          metadata: own.postgres && `${own.postgres.service.connection.database}_airflow`,
          awsEndpoint: running('localstack').endpoint,
          emrEndpoint: running('emr').endpoint,
          credentials: running('emr').credentials,
          variables: sparkVariables(running('emr'), sparkCode),
        },
        context('airflow', signal),
      ),
    installAirflow: (signal?: AbortSignal) => installAirflow(context('airflow', signal)),
  };
}

/** Airflow Variables with which DAGs start Spark jobs; in the cloud the deployment publishes them. */
const sparkVariables = ({ applicationId, jobRoleArn }: EmrService, code: string): Record<string, string> => ({
  tillstream_spark_application_id: applicationId,
  tillstream_spark_job_role_arn: jobRoleArn,
  tillstream_spark_code: code,
});

/** If it fails, whoever calls next tries again. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work().catch((error) => {
      done = undefined;
      throw error;
    });
    return done;
  };
}
