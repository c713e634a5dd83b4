/** Sends dead letters back: a plan first, then its batches, with what each has done. */
import type { PlannedRedrive, RedriveLine } from '#console/api.ts';
import type { Bytes } from '#operations/bytes.ts';
import type { WholeLetter } from '#operations/letters/letter.ts';
import type { RedriveProgress } from '#operations/redrive.ts';
import type { Filter } from '../view/letters.ts';
import { AskError, ask, request } from './ask.ts';

export type Chosen = { readonly ids: readonly number[] } | { readonly filter: Filter };

/** @throws AskError */
export const planRedrive = async (chosen: Chosen, signal?: AbortSignal): Promise<PlannedRedrive> =>
  (await ask<PlannedRedrive>('/api/redrive/plan', { body: chosen, ...(signal && { signal }) })).data;

export interface Sending {
  readonly plan: string;
  readonly by: string;
  /** Instead of the value of the one letter. */
  readonly value?: Bytes;
  /** Stops it behind the batch that is on its way. */
  readonly signal?: AbortSignal;
}

/** @throws AskError if it is refused, or with what failed; what was sent before stays sent */
export async function* carryOut({ signal, ...body }: Sending): AsyncGenerator<RedriveProgress> {
  const response = await request('/api/redrive', { body, ...(signal && { signal }) });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
    const lines = (rest + piece.value).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      const line = JSON.parse(text) as RedriveLine;
      if ('failed' in line) throw new AskError({ code: 'failed', message: line.failed });
      yield line;
    }
  }
}

/** @throws AskError also if it was sent before, with who did that */
export async function sendLetter(id: number, { by, value }: Pick<Sending, 'by' | 'value'>): Promise<void> {
  const { plan } = await planRedrive({ ids: [id] });
  let sent = 0;
  for await (const { redriven } of carryOut({ plan, by, ...(value && { value }) })) sent = redriven;
  if (sent > 0) return;
  const { data } = await ask<WholeLetter>(`/api/dead-letters/${id}`);
  const { by: other = 'somebody', at = '' } = data.redriven ?? {};
  throw new AskError({ code: 'sent_before', message: `It was sent before: by ${other}, ${at}.` });
}
