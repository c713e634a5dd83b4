/** What every consumer of Kafka has in common: the ledger's database, a look into Kafka, and the call of relay-outbox. */
import { databaseConfiguration, kafkaConfiguration } from '#adapters/configuration.ts';
import { kafkaLookup } from '#adapters/kafka/lookup.ts';
import { connect } from '#adapters/postgres/index.ts';
import { relayCaller } from '#adapters/relay.ts';
import type { Counts } from '#delivery/consume.ts';

/** Reads the function's environment: call it once, when the function starts. */
export const openSink = () => ({ pool: connect(databaseConfiguration()), ...kafkaLookup(kafkaConfiguration()) });

/**
 * Calls relay-outbox after batches that may have left something in the outbox, which would otherwise wait for the relay's own
 * schedule: dead letters always, and every accepted record of a consumer that announces.
 *
 * @param announces whether an accepted record puts a message into the outbox
 */
export function relayAfter(
  announces: boolean,
  callRelay = relayCaller(),
): (counts: readonly Counts[]) => Promise<void> {
  return async (counts) => {
    // The earlier attempt of what is redelivered may have crashed after its commit, before calling the relay.
    const mayWait = ({ accepted, rejected, redelivered }: Counts) =>
      rejected + redelivered > 0 || (announces && accepted > 0);
    if (counts.some(mayWait)) await callRelay();
  };
}
