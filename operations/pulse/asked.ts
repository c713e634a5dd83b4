/** The pulse of a backbone that is asked: one look for each question, and the rates of successive looks where they are asked for. */
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';
import { openPulseOf, type PulseFeed } from '../open-pulse.ts';
import type { Readings } from './look.ts';
import { recall } from './recall.ts';
import { source } from './source.ts';

export type { Readings } from './look.ts';

/** Of the one that remembers what needs not be read each time. */
export const readPulse = askable('readPulse', ({ readings }: { readings(): Promise<Readings> }) => readings());

export const recallPulse = askable('recallPulse', ({ pool }: Pick<Backbone, 'pool'>) => recall(pool));

/** A look costs a call of a function. */
const EVERY_MS = 5_000;
/** Longer than the function may take. */
const PATIENCE_MS = 90_000;

/** @param address what doesn't answer if nothing does, for the sentence that says so */
export function openAskedPulse(ask: NonNullable<Backbone['ask']>, address: string): PulseFeed {
  const answers = source({ name: 'The function', address }, PATIENCE_MS);
  return openPulseOf({
    everyMs: EVERY_MS,
    async read() {
      const { value, state } = await answers.ask(() => ask(readPulse.name, []) as Promise<Readings>);
      if (value) return value;
      return {
        ...{ database: undefined, offsets: undefined },
        sources: { postgres: state, kafka: state, lambda: state, airflow: state },
      };
    },
    recall: () => (ask(recallPulse.name, []) as ReturnType<typeof recall>).catch(() => undefined),
  });
}
