/** The records of Kafka that places are about, while Kafka holds them. */
import type { KafkaConnection } from '#adapters/kafka/index.ts';
import { mapLimited } from '#functions/prove/map-limited.ts';
import type { Backbone } from '../backbone.ts';
import { beginning, tooLargeWith } from '../left-out.ts';
import { type Place, spellings } from './place.ts';

/** Each record is read by a consumer of its own, which takes a while to join. */
const [MOST_RECORDS, TOGETHER] = [10, 5];

/** Bytes of a record's value that are shown. */
const LONGEST_VALUE = 10_000;

interface Where {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export function inKafka(kafka: KafkaConnection, places: readonly Place[]): Promise<Place[]> {
  const records = new Map<string, Where>();
  for (const { facts } of places) {
    const { topic, partition, offset } = facts as unknown as Where;
    if (offset !== undefined) records.set(`${topic}-${partition}@${offset}`, { topic, partition, offset });
  }
  return mapLimited(TOGETHER, [...records.values()].slice(0, MOST_RECORDS), async (where) => {
    const record = await kafka.record(where.topic, where.partition, where.offset);
    const value = record?.value ? beginning(record.value, LONGEST_VALUE).toString() : 'no longer in Kafka';
    return { place: 'Kafka', facts: { ...where, value } };
  });
}

/** Dead letters of records that were too large, of which only Kafka has the value. */
export async function inTooLarge(backbone: Pick<Backbone, 'pool' | 'kafka'>, id: string): Promise<Place[]> {
  const letters = await tooLargeWith(backbone, [...spellings(id), id.toUpperCase()]);
  return letters.map(({ id, ...facts }) => ({ place: 'dead letters', facts: { ...facts, dead_letter_id: id } }));
}
