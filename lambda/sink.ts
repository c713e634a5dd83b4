/** What every consumer of Kafka has in common: the ledger's database, a look into Kafka, and whom it calls when it has committed. */

import { relayCaller } from '#adapters/call-later.ts';
import { databaseConfiguration, kafkaConfiguration } from '#adapters/configuration.ts';
import { kafkaLookup } from '#adapters/kafka/lookup.ts';
import { connect } from '#adapters/postgres/index.ts';
import type { Counts } from '#delivery/consume.ts';

/** Reads the function's environment: call it once, when the function starts. */
export const openSink = () => ({ pool: connect(databaseConfiguration()), ...kafkaLookup(kafkaConfiguration()) });

export type Afterwards = (counts: readonly Counts[]) => Promise<void>;

/**
 * Calls relay-outbox after batches that may have left something in the outbox, which would otherwise wait for the relay's own
 * schedule: dead letters always, and every accepted record of a consumer that announces.
 *
 * @param announces whether an accepted record puts a message into the outbox
 */
export const relayAfter = (announces: boolean, callRelay = relayCaller()): Afterwards =>
  callAfter(callRelay, ({ accepted, rejected }) => rejected > 0 || (announces && accepted > 0));

/** Calls whoever takes a stream's objects from the lake, after batches that have put one there. */
export const takeAfter = (callTaker: () => Promise<void>): Afterwards =>
  callAfter(callTaker, ({ accepted }) => accepted > 0);

function callAfter(call: () => Promise<void>, leavesWork: (counts: Counts) => boolean): Afterwards {
  return async (counts) => {
    // The earlier attempt of what is redelivered may have crashed after its commit, before its call.
    if (counts.some((each) => each.redelivered > 0 || leavesWork(each))) await call();
  };
}
