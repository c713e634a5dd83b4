/**
 * Publishes the outbox and the announcements of stock, one relay at a time, so that messages of one key reach Kafka in the order
 * in which they were decided. A message is marked after Kafka has acknowledged it; if the relay crashes in between, the next one
 * publishes it again. So each message arrives at least once; a consumer recognizes a repeat by its event_id, or by the
 * header dead-letter-id.
 */
import type { KafkaConnection, Producer } from '#adapters/kafka/index.ts';
import { inTransactionUntil, type Pool, type Transaction } from '#adapters/postgres/index.ts';
import { takeTurnIfFree } from '#delivery/turns.ts';
import { publish, type SentMessage } from './publish.ts';
import { markRound, readRound } from './round.ts';
import { anyUnsent } from './unsent.ts';

export interface RelayOptions {
  readonly pool: Pool;
  /** Called only if there is something to publish. */
  connectKafka(): Promise<KafkaConnection>;
  /** When the relay must have stopped, in milliseconds since 1970. */
  readonly deadline: number;
}

export interface Relayed {
  /** Messages that Kafka has acknowledged. */
  readonly published: number;
  /** `busy`: another relay is at work, and will publish whatever was committed before this one looked. */
  readonly outcome: 'drained' | 'busy' | 'out of time';
  /** Topics that accepted no message, with the reason; their messages stay in the outbox. */
  readonly failures: Readonly<Record<string, string>>;
}

export async function relay({ pool, connectKafka, deadline }: RelayOptions): Promise<Relayed> {
  const failures: Record<string, string> = {};
  const kafka = openWhenNeeded(connectKafka, AbortSignal.timeout(Math.max(0, deadline - Date.now())));
  let published = 0;
  try {
    // Asked before the turn: a relay that finds it taken ends, and relies on this question to find its messages.
    while (await anyUnsent(pool, Object.keys(failures))) {
      if (Date.now() >= deadline) return { published, outcome: 'out of time', failures };
      const round = await inTransactionUntil(pool, deadline, (transaction) =>
        relayOnce(transaction, kafka.producer, failures),
      );
      if (round === 'busy') return { published, outcome: 'busy', failures };
      published += round;
    }
    return { published, outcome: 'drained', failures };
  } finally {
    await kafka.close();
  }
}

/** @returns how many messages were published, or that another relay has the turn */
async function relayOnce(
  transaction: Transaction,
  producer: () => Promise<Producer>,
  failures: Record<string, string>,
): Promise<number | 'busy'> {
  if (!(await takeTurnIfFree(transaction, 'relay-outbox'))) return 'busy';
  const round = await readRound(transaction, Object.keys(failures));
  const sent: SentMessage[] = [];
  for (const [topic, messages] of round.messages) {
    const published = await publish(await producer(), messages);
    for (const message of published.sent) sent.push(message);
    if (published.error) failures[topic] = published.error.message;
  }
  await markRound(transaction, round, sent);
  return sent.length;
}

/** A connection that is opened at the first use, and cut when time is up, so that nothing is published after that. */
function openWhenNeeded(connectKafka: RelayOptions['connectKafka'], timeUp: AbortSignal) {
  let opened: Promise<{ kafka: KafkaConnection; producer: Producer }> | undefined;
  const open = async () => {
    const kafka = await connectKafka();
    const producer = await kafka.producer().catch(async (error) => {
      await kafka.close();
      throw error;
    });
    const cut = () => producer.close().catch(() => {});
    // A signal that is given already calls nobody.
    if (timeUp.aborted) await cut();
    timeUp.addEventListener('abort', cut);
    return { kafka, producer };
  };
  return {
    async producer() {
      opened ??= open();
      return (await opened).producer;
    },
    async close() {
      const open = await opened?.catch(() => undefined);
      await open?.producer.close();
      await open?.kafka.close();
    },
  };
}
