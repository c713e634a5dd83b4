/** Ctrl-C ends the work in order; a second one ends the process, as usual, such as when Kafka does not answer. */

/**
 * A terminal sends SIGINT to the whole foreground group, and the launcher (cli/launch.mjs) hands it on once more, since it
 * can't tell where it came from. So what comes this soon after the first is the same Ctrl-C.
 */
const SAME_MS = 1_000;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Gives the signals of the process their usual effect again. */
  off(): void;
}

export function onInterrupt(
  of: Pick<NodeJS.EventEmitter, 'on' | 'off'> = process,
  { same = SAME_MS }: { readonly same?: number } = {},
): Interrupt {
  const controller = new AbortController();
  const off = (): void => {
    for (const name of SIGNALS) of.off(name, interrupted);
  };
  const interrupted = (): void => {
    if (controller.signal.aborted) return;
    controller.abort();
    setTimeout(off, same).unref();
  };
  for (const name of SIGNALS) of.on(name, interrupted);
  return { signal: controller.signal, off };
}
