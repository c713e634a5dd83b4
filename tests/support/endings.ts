import { afterAll } from 'vitest';

/** Ends what a file of tests has started, the latest first, also if a hook or a test fails midway. */
export function endings() {
  const ends: (() => unknown)[] = [];
  afterAll(async () => {
    const errors: unknown[] = [];
    for (const end of ends.splice(0).reverse())
      try {
        await end();
      } catch (error) {
        errors.push(error);
      }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} could not be ended`);
  });
  const atEnd = (end: () => unknown): void => void ends.push(end);
  return {
    atEnd,
    /** Stops it at the end, where stopping it before does no harm. */
    async started<Started extends { stop(): Promise<unknown> }>(starting: Promise<Started>): Promise<Started> {
      const running = await starting;
      atEnd(() => running.stop());
      return running;
    },
  };
}
