/** One record, whole, with its way: what became of it, place by place. */
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import { catalogue } from '#domain/streams.ts';
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';
import { NoSuchPlace } from './browse.ts';
import type { Fate, Where } from './fate.ts';
import { fatesOf } from './fates.ts';
import { ALONE, idsIn, type Message, toMessage } from './message.ts';
import { tell } from './told.ts';

export interface Looked extends Where {
  /** As far as one answer can hold it; null if Kafka has no record there, no more or not yet. */
  readonly message: Message | null;
  /** What became of it, also of an offset without a record; null while PostgreSQL doesn't answer. */
  readonly fate: Fate | null;
  /** The record's own id, with which `trace` finds every place that has it; null if its consumer can't read it. */
  readonly id: string | null;
  /** The partition's offsets in Kafka. */
  readonly kafka: PartitionOffsets;
}

/** @throws NoSuchPlace if the topic has no such partition */
export const lookAt = askable(
  'lookAt',
  async (backbone: Pick<Backbone, 'pool' | 'kafka'>, where: Where): Promise<Looked> => {
    const { topic, partition, offset } = where;
    const kafka = await backbone.kafka();
    const offsets = await kafka.offsets(topic);
    const own = offsets.find((each) => each.partition === partition);
    if (!own) throw new NoSuchPlace(`Expected a partition of ${topic} below ${offsets.length}, got ${partition}.`);
    const isHeld = offset >= own.earliest && offset < own.latest;
    const record = isHeld ? await kafka.record(topic, partition, offset) : undefined;
    if (!record)
      return { ...where, message: null, id: null, kafka: own, fate: await fateAt(backbone, where, own, isHeld) };
    const id = idsIn(topic)(record);
    const untold = { ...toMessage(partition, record, ALONE), id };
    const [message] = await tell(backbone, topic, [untold], [own]).catch(() => [
      { ...toMessage(partition, record, ALONE), fate: null },
    ]);
    return { ...where, message: message ?? null, id: id ?? null, kafka: own, fate: message?.fate ?? null };
  },
);

/** @param isHeld whether Kafka has the offset, and so knows that there is no record */
async function fateAt(
  backbone: Pick<Backbone, 'pool'>,
  { topic, partition, offset }: Where,
  kafka: PartitionOffsets,
  isHeld: boolean,
): Promise<Fate | null> {
  const stream = catalogue.find((each) => each.topic === topic);
  const held = isHeld ? false : undefined;
  if (!stream) return { state: offset >= kafka.latest ? 'ahead' : held === false ? 'gap' : 'published', way: [] };
  const [fate] = await fatesOf(backbone, stream, [{ partition, offset, held }], [kafka]).catch(() => [null]);
  return fate ?? null;
}
