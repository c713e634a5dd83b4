/** Kafka's records as objects, unchecked. */
export interface KafkaEvent {
  readonly records: Readonly<Record<string, readonly { readonly offset: number; readonly value: string }[]>>;
}

export function recordsIn(event: KafkaEvent): { records: Record<string, unknown>[]; name: string } {
  const [[partition, batch] = ['', []]] = Object.entries(event.records);
  const records = batch.map(({ value }) => JSON.parse(Buffer.from(value, 'base64').toString()));
  return { records, name: `${partition}-${batch[0]?.offset}` };
}
