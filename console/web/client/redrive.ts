/** Sends dead letters back: a plan first, then its batches, with what each has done. */
import type { PlannedRedrive, RedriveLine } from '#console/api.ts';
import type { Bytes } from '#operations/bytes.ts';
import type { WholeLetter } from '#operations/letters/letter.ts';
import type { RedriveProgress } from '#operations/redrive.ts';
import type { Filter } from '../view/letters.ts';
import { AskError, ask } from './ask.ts';
import { askLines } from './lines.ts';

export type Chosen = { readonly ids: readonly number[] } | { readonly filter: Filter };

/** @throws AskError */
export const planRedrive = async (chosen: Chosen, signal?: AbortSignal): Promise<PlannedRedrive> =>
  (await ask<PlannedRedrive>('/api/redrive/plan', { body: chosen, ...(signal && { signal }) })).data;

export interface Sending {
  readonly plan: string;
  readonly by: string;
  /** Instead of the value of the one letter. */
  readonly value?: Bytes;
}

/** Plans that are to go no further, for servers that wait to be asked for each batch. */
const stopped = new Set<string>();

const NOTHING = { redriven: 0, already: 0, unknown: 0 };

/** @throws AskError if it is refused, with what failed, or if the server went; what was sent before stays sent, and a batch on its way is */
export async function* carryOut(sending: Sending): AsyncGenerator<RedriveProgress | { ended: 'all' | 'stopped' }> {
  let before = NOTHING;
  // Who goes on with a plan that was stopped wants all of it.
  stopped.delete(sending.plan);
  for (let from: number | null = 0; from !== null; ) {
    let sum = before;
    let next: number | null = null;
    for await (const line of askLines<Exclude<RedriveLine, { failed: string }>>('/api/redrive', {
      body: { ...sending, from },
    }))
      if (!('ended' in line)) {
        sum = added(before, line);
        yield { ...line, ...sum };
      } else if (line.ended === 'batch') next = line.next;
      else yield line;
    before = sum;
    from = stopped.has(sending.plan) ? null : next;
    if (from === null && next !== null) yield { ended: 'stopped' };
  }
}

const added = (one: typeof NOTHING, other: typeof NOTHING): typeof NOTHING => ({
  redriven: one.redriven + other.redriven,
  already: one.already + other.already,
  unknown: one.unknown + other.unknown,
});

/** Ends it behind the batch that is on its way, whose line is still told. @throws AskError */
export async function stopRedrive(plan: string): Promise<void> {
  stopped.add(plan);
  await ask(`/api/redrives/${plan}/stop`, { body: {} });
}

/** @throws AskError also if it was sent before, with who did that */
export async function sendLetter(id: number, { by, value }: Pick<Sending, 'by' | 'value'>): Promise<void> {
  const { plan, count } = await planRedrive({ ids: [id] });
  let sent = 0;
  // One that was sent before is in no plan.
  if (count > 0)
    for await (const line of carryOut({ plan, by, ...(value && { value }) }))
      if ('redriven' in line) sent = line.redriven;
  if (sent > 0) return;
  const { data } = await ask<WholeLetter>(`/api/dead-letters/${id}`);
  const { by: other = 'somebody', at = '' } = data.redriven ?? {};
  throw new AskError({ code: 'sent_before', message: `It was sent before: by ${other}, ${at}.` });
}
