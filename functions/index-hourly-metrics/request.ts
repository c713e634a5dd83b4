/** What the DAG sends: `{"full": false}` → `Indexed` (index-metrics.ts); `{}` is the same. */
import { z } from 'zod';

const request = z.object({ full: z.boolean().default(false) });

/** @throws with what was expected and what came */
export function readRequest(payload: unknown): z.infer<typeof request> {
  const read = request.safeParse(payload);
  if (read.success) return read.data;
  throw new Error(
    `Expected {"full": true} to compare every hour, or {}, got ${(JSON.stringify(payload) ?? 'nothing').slice(0, 200)}: ` +
      z.prettifyError(read.error),
  );
}
