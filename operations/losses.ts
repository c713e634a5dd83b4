/** Losses: offsets that Kafka's retention removed before they were consumed, and who accepted them. */
import type { AcknowledgeResult } from '#functions/acknowledge-losses/acknowledge.ts';
import { askable } from './asking/askable.ts';
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
export const losses = askable(
  'losses',
  async ({ pool }: Pick<Backbone, 'pool'>): Promise<Loss[]> =>
    (await pool.query<Loss>(`${LOSSES} order by loss_id`)).rows,
);

export interface LossList {
  /** Those that nobody has accepted come first, since they wait for somebody; of either the latest first. */
  readonly rows: readonly Loss[];
  /** Of all, listed or not. */
  readonly counts: { readonly losses: number; readonly open: number; readonly openRecords: number };
}

export const listLosses = askable(
  'listLosses',
  async ({ pool }: Pick<Backbone, 'pool'>, { limit }: { readonly limit: number }): Promise<LossList> => {
    const list = `${LOSSES} order by (acknowledged_at is null) desc, loss_id desc limit $1`;
    const count = `
      select
        count(*) as losses,
        count(*) filter (where acknowledged_at is null) as open,
        coalesce(sum(records) filter (where acknowledged_at is null), 0)::bigint as "openRecords"
      from (${LOSSES}) as losses`;
    const [listed, counted] = await Promise.all([
      pool.query<Loss>(list, [limit]),
      pool.query<LossList['counts']>(count),
    ]);
    return { rows: listed.rows, counts: counted.rows[0] ?? { losses: 0, open: 0, openRecords: 0 } };
  },
);

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
