/** Functions with other settings for a while, and with code of ours for what no setting of Lambda's brings about. */
import type { FunctionName } from '#cdk/config/functions.ts';
import type { Pipeline } from '../support/pipeline.ts';

type Configure = Parameters<Pipeline['configure']>;

export interface Configuration {
  readonly variables: Readonly<Record<string, string>>;
  readonly changes?: Configure[1];
}

/** Has each function replaced by processes with the settings, and back when `work` has ended. */
export async function configured(
  { configure }: Pipeline,
  names: readonly FunctionName[],
  { variables, changes = {} }: Configuration,
  work: () => Promise<unknown>,
): Promise<void> {
  const changed = await Promise.allSettled(names.map((name) => configure(name, changes, variables)));
  try {
    const failed = changed.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
    await work();
  } finally {
    await Promise.all(changed.map((each) => each.status === 'fulfilled' && each.value()));
  }
}

/**
 * Runs code in a function's process before its own.
 *
 * @param source an ES module
 */
export const preloaded = (source: string): Configuration['variables'] => ({
  NODE_OPTIONS: `--enable-source-maps --import=data:text/javascript;base64,${Buffer.from(source).toString('base64')}`,
});
