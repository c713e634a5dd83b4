/**
 * Plans for a server of which nobody knows how many run, as in Lambda: the page carries the plan itself, and sends it back batch by
 * batch. So nothing has to be kept between two requests, and no instance must answer them all.
 *
 * They bear no signature: who may act may send any letter back anyhow, and the function that does so sends each once.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { outcomesOf } from '#operations/letters/outcome.ts';
import { CARRIED_OUT_WITHIN_MS, gone, LONGEST_PLAN, MOST_PLANNED, type Plans } from './plans.ts';
import { Refusal } from './refusal.ts';

/** Letters that one call of the function takes. */
const BATCH = 1_000;
/** Bytes of ids: more is no plan of ours, and would cost memory to unpack. */
const MOST_BYTES = 1_000_000;

/** @param now milliseconds since 1970 */
export function carriedPlans(now: () => number = Date.now): Plans {
  const look = (plan: string) => {
    const found = unpack(plan);
    if (!found || found.madeAt > now()) throw gone('This is no plan.');
    return found;
  };
  return {
    keep({ ids }) {
      const plan = pack(ids, now());
      if (plan.length > LONGEST_PLAN)
        throw new Refusal(400, 'too_many', `Expected fewer letters: ${ids.length} that lie apart are too many here.`, {
          hint: 'Choose fewer, such as by a shorter time, or send them by npx tillstream redrive.',
        });
      return { plan, until: new Date(now() + CARRIED_OUT_WITHIN_MS).toISOString() };
    },
    carryOut(plan, from) {
      const { ids, madeAt } = look(plan);
      // A batch that is under way when the time is up is not the last: whoever has begun goes on.
      if (from === 0 && now() > madeAt + CARRIED_OUT_WITHIN_MS) throw gone('The plan is older than 10 minutes.');
      const next = from + BATCH;
      return { ids: ids.slice(from, next), next: next < ids.length ? next : null };
    },
    look,
    follow(plan) {
      const { ids } = look(plan);
      return {
        sent: null,
        stop: new AbortController(),
        outcomes: async (backbone) => ({ ...(await outcomesOf(backbone, ids)), sent: null }),
      };
    },
  };
}

/** Ids of an outage lie close together: the gaps between them are small, and much alike. */
function pack(ids: readonly number[], madeAt: number): string {
  const bytes: number[] = [];
  let before = 0;
  for (const id of ids.toSorted((one, other) => one - other)) {
    let gap = id - before;
    before = id;
    for (; gap > 127; gap = Math.floor(gap / 128)) bytes.push((gap % 128) | 128);
    bytes.push(gap);
  }
  return `${madeAt.toString(36)}.${deflateRawSync(Uint8Array.from(bytes), { level: 9 }).toString('base64url')}`;
}

/** @returns undefined if it was not made by `pack` */
function unpack(plan: string): { readonly ids: readonly number[]; readonly madeAt: number } | undefined {
  const [, time = '', packed = ''] = /^([0-9a-z]{1,9})\.([\w-]+)$/.exec(plan) ?? [];
  const bytes = inflated(packed);
  if (!bytes) return undefined;
  const ids: number[] = [];
  let [id, gap, unit] = [0, 0, 1];
  for (const byte of bytes) {
    gap += (byte & 127) * unit;
    unit *= 128;
    if (byte > 127) continue;
    id += gap;
    if (gap === 0 || !Number.isSafeInteger(id)) return undefined;
    if (ids.push(id) > MOST_PLANNED) return undefined;
    [gap, unit] = [0, 1];
  }
  return unit === 1 ? { ids, madeAt: Number.parseInt(time, 36) } : undefined;
}

function inflated(packed: string): Buffer | undefined {
  try {
    return inflateRawSync(Buffer.from(packed, 'base64url'), { maxOutputLength: MOST_BYTES });
  } catch {
    return undefined;
  }
}
