/** Adds to records of a topic what became of them. */
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import { catalogue } from '#domain/streams.ts';
import type { Backbone } from '../backbone.ts';

import type { Fate, FateOfLetter } from './fate.ts';
import { fatesOf } from './fates.ts';
import type { Message } from './message.ts';

/** A record that Kafka has, with what it is known by (`idsIn`). */
export type Untold = Omit<Message, 'fate'> & { readonly id: string | undefined };

export async function tell(
  backbone: Pick<Backbone, 'pool'>,
  topic: string,
  messages: readonly Untold[],
  kafka: readonly PartitionOffsets[],
): Promise<Message[]> {
  const fates = await fatesIn(backbone, topic, messages, kafka);
  return messages.map(({ id: _, ...message }, index) => ({ ...message, fate: fates[index] ?? null }));
}

function fatesIn(
  backbone: Pick<Backbone, 'pool'>,
  topic: string,
  messages: readonly Untold[],
  kafka: readonly PartitionOffsets[],
): Promise<readonly (Fate | null)[]> {
  const stream = catalogue.find((each) => each.topic === topic);
  if (!stream) return announced(backbone, messages);
  const asked = messages.map(({ partition, offset, id }) => ({ partition, offset, held: true, id }));
  return fatesOf(backbone, stream, asked, kafka);
}

/** Of records that functions published; those of the topic dlq name their letter. */
async function announced({ pool }: Pick<Backbone, 'pool'>, messages: readonly Untold[]): Promise<Fate[]> {
  const ids = messages.map(({ id }) => (id === undefined ? undefined : Number(id)));
  const named = ids.filter((id) => id !== undefined);
  if (named.length === 0) return messages.map(() => ({ state: 'published', way: [] }));
  const { rows } = await pool.query<Omit<FateOfLetter, 'redrivenAt'> & { redrivenAt: Date | null }>(
    `select dead_letter_id as id, reason, message, redriven_at as "redrivenAt", redriven_by as "redrivenBy"
     from ledger.dead_letters
     left join ledger.redrives using (dead_letter_id)
     where dead_letter_id = any($1)`,
    [named],
  );
  const letters = new Map(rows.map((row) => [row.id, { ...row, redrivenAt: row.redrivenAt?.toISOString() ?? null }]));
  return ids.map((id) => {
    const letter = id === undefined ? undefined : letters.get(id);
    return { state: 'published', way: [], ...(letter && { letter }) };
  });
}
