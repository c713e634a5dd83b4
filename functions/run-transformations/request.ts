/**
 * What the DAG sends:
 * - `{"action": "transform", "full": false}` → `Transformed` (transform.ts)
 * - `{"action": "refresh_views"}` → `{"views": ["hourly_amounts", "hourly_metrics"]}`
 * - `{"action": "alert", "hours": 24}` → `Alerted` (alert.ts)
 */
import * as z from 'zod';
import { requestReader } from '#lambda/request.ts';

/** Back from now; a year at most. */
const hours = z.int().min(1).max(8_784).default(24);

export const request = z.discriminatedUnion('action', [
  z.object({ action: z.literal('transform'), full: z.boolean().default(false) }),
  z.object({ action: z.literal('refresh_views') }),
  z.object({ action: z.literal('alert'), hours }),
]);

/** @throws with what was expected and what came */
export const readRequest = requestReader(
  request,
  '{"action": "transform", "full": false}, {"action": "refresh_views"} or {"action": "alert", "hours": 24}',
);
