import { consumedBy } from '#domain/streams.ts';

/** What each function that consumes streams needs: its topics, by the catalogue, and the relay for its dead letters. */
export const consumerNeeds = (name: string) => ({
  kafkaTopics: consumedBy(name).map(({ topic }) => topic),
  readsRecords: true,
  calls: { RELAY_FUNCTION: 'relay-outbox' },
});
