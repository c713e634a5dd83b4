/** Calls of functions that nobody waits for: each does what was just committed, and does it by a schedule too, if a call is lost. */
import { required } from './configuration.ts';

/** @returns asks relay-outbox to publish what waits in the outbox; by itself it does so every minute */
export const relayCaller = (): (() => Promise<void>) => caller(required('RELAY_FUNCTION'));

/** @returns asks load-orders to load what waits in the lake; the DAG orders_minio_to_postgres does so every five minutes */
export const loadCaller = (): (() => Promise<void>) => caller(required('LOAD_FUNCTION'), { action: 'load_new' });

function caller(name: string, request?: object): () => Promise<void> {
  return async () => {
    try {
      const { invokeLater } = await import('./invoke-later.ts');
      await invokeLater(name, request);
    } catch (error) {
      // What was committed stays so, also if the file can't be loaded. Without a permission each call would be lost, which nobody would notice.
      process.emitWarning(`${name} was not called, so its schedule does the work: ${(error as Error).message}`);
    }
  };
}
