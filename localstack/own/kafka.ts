/** A Kafka that somebody else runs, instead of one that the stack starts. */
import { type KafkaConfiguration, kafkaOf } from '#adapters/configuration.ts';
import { inspectCluster } from '#adapters/kafka/inspect.ts';
import { topics } from '#domain/streams.ts';
import type { KafkaService } from '../services/kafka.ts';
import { runByOthers } from './run-by-others.ts';

export interface OwnKafka {
  readonly service: KafkaService;
  readonly clusterId: string;
  /** What the stack will make there; empty if all is there. */
  readonly makes: string;
}

/** @throws if it can't be used, with what was expected of it and what to do */
export async function findKafka(kafka: KafkaConfiguration): Promise<OwnKafka> {
  const { bootstrapServers, login, tls } = kafka;
  const client = { ...kafka, clientId: 'tillstream-start' };
  const { clusterId, missing, faults } = await inspectCluster(client, topics).catch((cause: Error) => {
    throw new Error(
      `Your Kafka at ${bootstrapServers} can't be used: ${cause.message}. Expected a broker that answers ${tls ? 'with' : 'without'} TLS and ` +
        `${login ? 'to this login' : 'without a login'}, and that lets this client make topics.`,
      { cause },
    );
  });
  if (faults.length > 0) throw new Error(`Your Kafka at ${bootstrapServers} can't be used: ${faults.join('; ')}.`);
  return {
    service: { ...runByOthers('Kafka'), ...kafkaOf(kafka) },
    clusterId,
    makes: missing.length > 0 ? `topics ${missing.join(', ')}` : '',
  };
}
