/** Kafka: one real broker in KRaft mode, which is its own controller. */
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KafkaConfiguration } from '#adapters/configuration.ts';
import { inRepository } from '#adapters/repository.ts';
import { BROKER_IDENTITY, installKafka, javaProperties } from '../install/kafka.ts';
import { keepFile } from '../processes/keep-file.ts';
import type { RunningService, StartContext } from '../processes/service.ts';
import { type JavaService, startJavaService } from './java-service.ts';
import { answersApiVersions } from './kafka-ready.ts';

export interface KafkaOptions {
  readonly port: number;
  readonly controllerPort: number;
  /** Of the broker, instead of ours or beside them: more listeners, for example. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Its own broker needs no login: `bootstrapServers` is "127.0.0.1:9092". */
export type KafkaService = RunningService & KafkaConfiguration;

/** Starts a broker, on its data if there is any; resolves when it serves clients. */
export async function startKafka(options: KafkaOptions, context: StartContext): Promise<KafkaService> {
  const { classPath, emptyData } = await installKafka(context);
  const broker: JavaService<KafkaOptions> = {
    ...{ name: 'Kafka', installed: dirname(emptyData), classPath, java: JVM },
    onPorts: (port, controllerPort) => ({ port, controllerPort }),
    prepare(folder, options) {
      const data = join(folder, 'data');
      const properties = join(folder, 'server.properties');
      if (!existsSync(data)) copyWhole(emptyData, data);
      keepFile(properties, javaProperties(brokerSettings(options, data)));
      return ['kafka.Kafka', properties];
    },
    isReadyWhen: ({ port }) => `Kafka answers on port ${port}`,
    isReady: async ({ port }, log) =>
      (await log()).includes('Kafka Server started') && (await answersApiVersions(port)),
  };
  const started = await startJavaService(broker, options, context);
  return { ...started, bootstrapServers: `127.0.0.1:${options.port}` };
}

/** What is there is all of it, even if this process is killed halfway. */
function copyWhole(source: string, target: string): void {
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(source, unfinished, { recursive: true });
  renameSync(unfinished, target);
}

/**
 * A small heap and the collector with the least overhead: the broker shares two cores with everything else. And quick instead of
 * thorough compilation: a start and 20,000 records take 9 s of processor time instead of 15, and 420,000 17 to 20 instead of 29 or
 * 30; it was still ahead after 800,000.
 */
const JVM = [
  '-Xms128m',
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  `-Dlog4j2.configurationFile=${inRepository('localstack/install/kafka/log4j2.properties')}`,
];

export function brokerSettings({ port, controllerPort, settings }: KafkaOptions, dataFolder: string) {
  return {
    ...BROKER_IDENTITY,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'log.dirs': dataFolder,
    // As on MSK with our configuration: a mistyped topic name is an error, not a new topic.
    'auto.create.topics.enable': false,
    // Otherwise records with a time of last year exceed the retention of a week, and are deleted within 5 minutes. Data
    // last as long as the run, or until they are thrown away.
    'log.retention.ms': -1,
    // Orders over 1 MB must get in, so that their consumer can reject them; the default limit is 1 MB.
    'message.max.bytes': 4 << 20,
    'replica.fetch.max.bytes': 4 << 20,
    // After a crash the new broker is admitted when the old one's session ends: after 9 s by default.
    'broker.session.timeout.ms': 4_000,
    'broker.heartbeat.interval.ms': 500,
    'num.network.threads': 2,
    'num.io.threads': 4,
    // One broker allows one replica. Internal topics get few partitions, since each costs start time.
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 8,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // A group's first member need not wait 3 s for others.
    'group.initial.rebalance.delay.ms': 0,
    // Allocated from the heap at the start; the default of 128 MB is a quarter of our heap.
    'log.cleaner.dedupe.buffer.size': 16 << 20,
    ...settings,
  };
}
