/** Waits for work to be done that a function does, and calls it meanwhile: what a lost call has left would wait for its schedule. */
import { until } from '#localstack/processes/until.ts';

export interface Work {
  /** In words, for the error: "all objects are loaded". */
  readonly what: string;
  /** How much is left to be done. */
  readonly left: () => Promise<number>;
  readonly call: () => Promise<unknown>;
  /** Milliseconds within which less must be left than before. */
  readonly within: number;
  readonly every: number;
  readonly signal: AbortSignal;
}

/** Waits as long as there becomes less of it, since the user chooses how many orders there are. */
export async function untilNothingIsLeft({ left, call, ...options }: Work): Promise<void> {
  let now = Number.POSITIVE_INFINITY;
  while (now > 0) {
    const before = now;
    const lessIsLeft = async () => {
      if ((await left()) >= before) await call();
      const after = await left();
      return after < before ? after : undefined;
    };
    now = await until(lessIsLeft, options);
  }
}
