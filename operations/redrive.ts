/** Sends dead letters back to their topics, each once: in the calls that the function takes, then on to Kafka. */
import type { RedriveResult } from '#functions/redrive-dead-letters/redrive.ts';
import type { Relayed } from '#functions/relay-outbox/relay.ts';
import type { Backbone } from './backbone.ts';

export interface RedriveOptions {
  /** Who sends them. */
  readonly by: string;
  /** Sent instead of the value of the one letter. */
  readonly editedValue?: Uint8Array | undefined;
  /** Say what would be sent, and send nothing. */
  readonly dryRun: boolean;
}

/** What became of the letters that were sent: on their way, or in the outbox until the relay's next run, within a minute. */
export type Outcome = Pick<Relayed, 'outcome'> | { readonly outcome: 'failed'; readonly why: string };

export interface Redrive extends RedriveResult {
  /** Absent if nothing was sent. */
  readonly relayed?: Outcome | undefined;
}

/** Ids that one call of the function takes. */
const MOST_AT_ONCE = 1_000;

/**
 * @param ids of dead letters; each call of the function is whole, so those of earlier calls are sent even if a later one fails
 * @throws if the function refuses: an edited value that its consumer would refuse, or a record that is too large and would be again
 */
export async function redrive(
  backbone: Pick<Backbone, 'invoke'>,
  ids: readonly number[],
  options: RedriveOptions,
): Promise<Redrive> {
  const results: RedriveResult[] = [];
  let relayed: Outcome | undefined;
  for await (const batch of redriveInBatches(backbone, ids, options)) {
    results.push(batch.result);
    relayed = batch.relayed ?? relayed;
  }
  return {
    redriven: results.flatMap(({ redriven }) => redriven),
    already: results.flatMap(({ already }) => already),
    unknown: results.flatMap(({ unknown }) => unknown),
    dry_run: options.dryRun,
    relayed,
  };
}

/** What came of it so far. */
export interface RedriveProgress {
  /** Letters of the plan, of which `done` have been tried. */
  readonly of: number;
  readonly done: number;
  readonly redriven: number;
  /** Sent back by others since the plan was made. */
  readonly already: number;
  readonly unknown: number;
  /** How the latest relay went: one that drains the outbox sends what an earlier one left. */
  readonly relayed: Outcome | undefined;
}

/**
 * What `redrive` does, batch by batch, each with how far it is: one that is stopped has sent whole batches, which are on their way.
 *
 * @param before how far an earlier attempt came, of which a batch failed: it goes on there
 * @param signal stops it before the next batch
 */
export async function* redriveInBatches(
  backbone: Pick<Backbone, 'invoke'>,
  ids: readonly number[],
  {
    signal,
    before,
    ...options
  }: RedriveOptions & { readonly signal?: AbortSignal; readonly before?: RedriveProgress | null },
): AsyncGenerator<RedriveProgress & { readonly result: RedriveResult }> {
  const none = { of: ids.length, done: 0, redriven: 0, already: 0, unknown: 0, relayed: undefined };
  let progress: RedriveProgress = before ?? none;
  for (let from = progress.done; from < ids.length && !signal?.aborted; from += MOST_AT_ONCE) {
    const some = ids.slice(from, from + MOST_AT_ONCE);
    const result = await redriveOnce(backbone, some, options);
    progress = {
      of: ids.length,
      done: from + some.length,
      redriven: progress.redriven + result.redriven.length,
      already: progress.already + result.already.length,
      unknown: progress.unknown + result.unknown.length,
      relayed: result.redriven.length > 0 && !options.dryRun ? await relay(backbone) : progress.relayed,
    };
    yield { ...progress, result };
  }
}

const redriveOnce = (
  { invoke }: Pick<Backbone, 'invoke'>,
  ids: readonly number[],
  { by, editedValue, dryRun }: RedriveOptions,
): Promise<RedriveResult> =>
  invoke<RedriveResult>('redrive-dead-letters', {
    dead_letter_ids: ids,
    redriven_by: by,
    edited_value: editedValue && Buffer.from(editedValue).toString('base64'),
    dry_run: dryRun,
  });

/** The records are in the outbox by now and go out within a minute, so a failure here loses nothing. */
const relay = ({ invoke }: Pick<Backbone, 'invoke'>): Promise<Outcome> =>
  invoke<Relayed>('relay-outbox', {}).catch(({ message }: Error) => ({ outcome: 'failed', why: message }));
