/** Runs code in functions' processes before their own, for what no setting of Lambda's brings about. */
import type { FunctionName } from '#cdk/config/functions.ts';
import type { Pipeline } from '../support/pipeline.ts';

type Changes = Parameters<Pipeline['configure']>[1];

/**
 * Has each function replaced by processes with the code, and back when `work` has ended.
 *
 * @param source an ES module
 */
export async function preloaded(
  { configure }: Pipeline,
  names: readonly FunctionName[],
  source: string,
  work: () => Promise<unknown>,
  changes: Changes = {},
): Promise<void> {
  const url = `data:text/javascript;base64,${Buffer.from(source).toString('base64')}`;
  const variables = { NODE_OPTIONS: `--enable-source-maps --import=${url}` };
  const changed = await Promise.allSettled(names.map((name) => configure(name, changes, variables)));
  try {
    const failed = changed.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
    await work();
  } finally {
    await Promise.all(changed.map((each) => each.status === 'fulfilled' && each.value()));
  }
}
