/** Records that a person has accepted losses: each once, with name, time and reason. The loss itself stays on record. */
import { inTransactionUntil, type Pool, type Transaction } from '#adapters/postgres/index.ts';
import { takeTurn } from '#delivery/turns.ts';
import type { AcknowledgeRequest } from './request.ts';

export interface Acknowledged {
  readonly loss_id: number;
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly first_offset: number;
  /** Inclusive. */
  readonly last_offset: number;
}

export interface AcknowledgeResult {
  readonly acknowledged: readonly Acknowledged[];
  /** Losses that had been acknowledged before, and stay as they are. */
  readonly already: readonly {
    readonly loss_id: number;
    readonly acknowledged_by: string;
    /** ISO 8601. */
    readonly acknowledged_at: string;
    readonly reason: string;
  }[];
  readonly unknown: readonly number[];
  /** If true, nothing was done: `acknowledged` says what would be. */
  readonly dry_run: boolean;
}

/** @param deadline when it must have ended, in milliseconds since 1970; a minute from now if absent */
export function acknowledge(pool: Pool, request: AcknowledgeRequest, deadline?: number): Promise<AcknowledgeResult> {
  return inTransactionUntil(pool, deadline, async (transaction) => {
    // One at a time, so that a second person finds what the first has decided.
    await takeTurn(transaction, 'acknowledge-losses');
    const losses = await findLosses(transaction, request.loss_ids);
    const fresh = losses.filter(({ decision }) => decision === null);
    if (!request.dry_run) await keep(transaction, fresh, request);
    const known = new Set(losses.map(({ loss_id }) => loss_id));
    return {
      acknowledged: fresh.map(({ decision, ...loss }) => loss),
      already: losses.flatMap(({ loss_id, decision }) =>
        decision ? [{ loss_id, ...decision, acknowledged_at: new Date(decision.acknowledged_at).toISOString() }] : [],
      ),
      unknown: [...new Set(request.loss_ids)].filter((id) => !known.has(id)),
      dry_run: request.dry_run,
    };
  });
}

interface Loss extends Acknowledged {
  readonly decision: {
    readonly acknowledged_by: string;
    readonly acknowledged_at: string;
    readonly reason: string;
  } | null;
}

async function findLosses(transaction: Transaction, ids: readonly number[]): Promise<Loss[]> {
  const { rows } = await transaction.query<Loss>(
    `select loss_id, consumer, topic, partition, first_offset, last_offset,
       case when acknowledged_by is not null then jsonb_build_object(
         'acknowledged_by', acknowledged_by, 'acknowledged_at', acknowledged_at, 'reason', reason
       ) end as decision
     from ledger.losses
     left join ledger.acknowledged_losses using (consumer, topic, partition, first_offset, last_offset)
     where loss_id = any($1)
     order by loss_id`,
    [ids],
  );
  return rows;
}

async function keep(transaction: Transaction, losses: readonly Loss[], by: AcknowledgeRequest): Promise<void> {
  const { rowCount } = await transaction.query(
    `insert into ledger.acknowledged_losses
       (consumer, topic, partition, first_offset, last_offset, acknowledged_by, reason)
     select consumer, topic, partition, first_offset, last_offset, $2, $3
     from ledger.losses
     where loss_id = any($1)`,
    [losses.map(({ loss_id }) => loss_id), by.acknowledged_by, by.reason],
  );
  if (rowCount !== losses.length)
    throw new Error(`Expected ${losses.length} losses to be acknowledged, got ${rowCount}.`);
}
