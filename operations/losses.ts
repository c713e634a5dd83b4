/** Losses: offsets that Kafka's retention removed before they were consumed, and who accepted them. */
import type { AcknowledgeResult } from '#functions/acknowledge-losses/acknowledge.ts';
import type { Backbone } from './backbone.ts';

export type { AcknowledgeResult };

export interface Loss {
  readonly id: number;
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly first_offset: number;
  readonly last_offset: number;
  /** Offsets: whether all of them were records nobody can tell any more. */
  readonly records: number;
  readonly noticed_at: Date;
  /** Null until somebody accepts the loss. */
  readonly acknowledged_by: string | null;
  readonly acknowledged_at: Date | null;
  /** Why it is accepted. */
  readonly reason: string | null;
}

const LOSSES = `
  select loss_id as id, consumer, topic, partition, first_offset, last_offset, last_offset - first_offset + 1 as records,
    noticed_at, acknowledged_by, acknowledged_at, reason
  from ledger.losses
  left join ledger.acknowledged_losses using (consumer, topic, partition, first_offset, last_offset)`;

/** The oldest first. */
export const losses = async ({ pool }: Pick<Backbone, 'pool'>): Promise<Loss[]> =>
  (await pool.query<Loss>(`${LOSSES} order by loss_id`)).rows;

/** @param before only those with a smaller number; the latest first, since they are the ones that wait for somebody */
export async function latestLosses(
  { pool }: Pick<Backbone, 'pool'>,
  { limit, before = null }: { readonly limit: number; readonly before?: number | null | undefined },
): Promise<Loss[]> {
  const query = `${LOSSES} where loss_id < coalesce($1, 9223372036854775807) order by loss_id desc limit $2`;
  return (await pool.query<Loss>(query, [before, limit])).rows;
}

export interface Acknowledgement {
  readonly by: string;
  readonly reason: string;
  /** Say what would be acknowledged, and change nothing. */
  readonly dryRun: boolean;
}

/** Accepts losses for good, each once: neither a loss nor its acknowledgement can be undone. */
export const acknowledgeLosses = (
  { invoke }: Pick<Backbone, 'invoke'>,
  ids: readonly number[],
  { by, reason, dryRun }: Acknowledgement,
): Promise<AcknowledgeResult> =>
  invoke<AcknowledgeResult>('acknowledge-losses', { loss_ids: ids, acknowledged_by: by, reason, dry_run: dryRun });
