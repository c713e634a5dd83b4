/** What a task of a DAG sends: `{"suite": "curate_orders", "check": "orders_have_customers"}` → `Checked` (check.ts) */
import { z } from 'zod';

/** A part of a path: sql/quality/<suite>/<check>.sql. */
const name = z.string().regex(/^[a-z][a-z0-9_]*$/);

const request = z.object({ suite: name, check: name });

export type CheckRequest = z.infer<typeof request>;

/** @throws with what was expected and what came */
export function readRequest(payload: unknown): CheckRequest {
  const read = request.safeParse(payload);
  if (read.success) return read.data;
  throw new Error(
    'Expected {"suite": "curate_orders", "check": "orders_have_customers"}, a folder and a file of sql/quality, ' +
      `got ${(JSON.stringify(payload) ?? 'nothing').slice(0, 200)}: ${z.prettifyError(read.error)}`,
  );
}
