/** Kafka for one invocation of a function: a connection that slept until the next one may have been closed by the broker. */
import type { KafkaConfiguration } from '../configuration.ts';
import { connectKafka, type KafkaConnection } from './index.ts';

export interface KafkaOfInvocation {
  /** Connects when it is first asked, and again after that has failed. */
  kafka(): Promise<KafkaConnection>;
  /** At the end of each invocation. */
  closeKafka(): Promise<void>;
}

export function kafkaOfInvocation(access: KafkaConfiguration): KafkaOfInvocation {
  let connection: Promise<KafkaConnection> | undefined;
  return {
    kafka() {
      // The role may read in groups that begin with this name.
      connection ??= connectKafka({ ...access, clientId: 'tillstream-offsets' }).catch((error: unknown) => {
        connection = undefined;
        throw error;
      });
      return connection;
    },
    async closeKafka() {
      const used = connection;
      connection = undefined;
      // An answer that was made is as good if the connection is gone.
      await used?.then((open) => open.close()).catch(() => {});
    },
  };
}
