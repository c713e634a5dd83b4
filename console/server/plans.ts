/** Plans to send dead letters back, each kept until it is too old to be carried out: a person has looked at what it would do. */
import { randomUUID } from 'node:crypto';
import type { Backbone } from '#operations/backbone.ts';
import { following } from '#operations/letters/outcome.ts';
import type { RedrivePlan } from '#operations/letters/plan.ts';
import { shared } from '#operations/shared-answer.ts';
import type { FollowedRedrive } from '../api.ts';
import { Refusal } from './refusal.ts';

export const CARRIED_OUT_WITHIN_MS = 10 * 60_000;
/** What became of its letters can be asked for longer than it can be sent. */
const KEPT_MS = 6 * CARRIED_OUT_WITHIN_MS;
const MOST_KEPT = 50;
/** Letters of a plan at most: it is held in memory until it is carried out. */
export const MOST_PLANNED = 100_000;
/** Characters of a plan's name: one that carries the plan itself (carried-plans.ts) still fits into an address. */
export const LONGEST_PLAN = 6_000;

export interface Plans {
  /** @returns its id, and until when it can be carried out: ISO 8601, UTC */
  keep(plan: RedrivePlan): { readonly plan: string; readonly until: string };
  /**
   * @param from the letter of the plan to go on with; 0 at first
   * @returns the letters to be sent now, and where the next request goes on: null if these are all
   * @throws Refusal 409 if it is too old, or was carried out: one of which a batch failed can be again, for what remains
   */
  carryOut(id: string, from: number): { readonly ids: readonly number[]; readonly next: number | null };
  /** @throws Refusal 409 if it isn't kept any more */
  look(id: string): Pick<RedrivePlan, 'ids'>;
  /** How far it is, and what stops it, whoever asks. @throws Refusal 409 if it isn't kept any more */
  follow(id: string): Followed;
}

export interface Followed {
  sent: FollowedRedrive['sent'];
  /** Of this attempt. */
  stop: AbortController;
  /** What became of its letters: one look at a time for all who ask, and few if each takes long. `sent` is of before the look. */
  outcomes(backbone: Pick<Backbone, 'pool' | 'ask'>): Promise<FollowedRedrive>;
}

interface Kept extends Followed {
  readonly plan: RedrivePlan;
  readonly madeAt: number;
  carriedOut: boolean;
}

export function openPlans(now: () => number = Date.now): Plans {
  const kept = new Map<string, Kept>();
  const find = (id: string): Kept => {
    const found = kept.get(id);
    if (!found || now() > found.madeAt + KEPT_MS) throw gone('The plan is not known any more.');
    return found;
  };
  return {
    keep(plan) {
      for (const [id, { madeAt }] of kept) if (now() > madeAt + KEPT_MS) kept.delete(id);
      const [oldest] = kept.keys();
      if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      const id = randomUUID();
      kept.set(id, Object.assign(followed(plan), { plan, madeAt: now(), carriedOut: false }));
      return { plan: id, until: new Date(now() + CARRIED_OUT_WITHIN_MS).toISOString() };
    },
    carryOut(id, from) {
      const found = find(id);
      if ((found.carriedOut && found.sent?.is !== 'failed') || from > 0) throw gone('The plan was carried out before.');
      if (now() > found.madeAt + CARRIED_OUT_WITHIN_MS) throw gone('The plan is older than 10 minutes.');
      found.carriedOut = true;
      found.sent = { is: 'sending', progress: found.sent?.progress ?? null };
      found.stop = new AbortController();
      return { ids: found.plan.ids, next: null };
    },
    look: (id) => find(id).plan,
    follow: find,
  };
}

function followed({ ids }: RedrivePlan): Followed {
  const follow = following(ids);
  let answer: ReturnType<typeof shared<FollowedRedrive>> | undefined;
  const own: Followed = {
    sent: { is: 'planned', progress: null },
    stop: new AbortController(),
    outcomes(backbone) {
      answer ??= shared(async () => {
        // What is sent meanwhile is seen the next time, since it isn't ended then.
        const { sent } = own;
        return { ...(await follow(backbone)), sent };
      });
      return answer.ask();
    },
  };
  return own;
}

export const gone = (message: string): Refusal =>
  new Refusal(409, 'no_such_plan', message, { hint: 'Make a new one: the letters may be others by now.' });
