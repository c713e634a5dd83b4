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
  { by, editedValue, dryRun }: RedriveOptions,
): Promise<Redrive> {
  const results: RedriveResult[] = [];
  for (let from = 0; from < ids.length; from += MOST_AT_ONCE)
    results.push(
      await backbone.invoke<RedriveResult>('redrive-dead-letters', {
        dead_letter_ids: ids.slice(from, from + MOST_AT_ONCE),
        redriven_by: by,
        edited_value: editedValue && Buffer.from(editedValue).toString('base64'),
        dry_run: dryRun,
      }),
    );
  const redriven = results.flatMap(({ redriven }) => redriven);
  return {
    redriven,
    already: results.flatMap(({ already }) => already),
    unknown: results.flatMap(({ unknown }) => unknown),
    dry_run: dryRun,
    relayed: redriven.length > 0 && !dryRun ? await relay(backbone) : undefined,
  };
}

/** The records are in the outbox by now and go out within a minute, so a failure here loses nothing. */
const relay = ({ invoke }: Pick<Backbone, 'invoke'>): Promise<Outcome> =>
  invoke<Relayed>('relay-outbox', {}).catch(({ message }: Error) => ({ outcome: 'failed', why: message }));
