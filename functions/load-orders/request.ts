/**
 * What archive-orders sends:
 * - `{"action": "load_new"}` → `{"outcome", "chunks"}`
 *
 * What the DAG sends:
 * - `{"action": "list"}` → `{"chunks": [{"chunk", "delivery_ids", "rows"}], "files"}`
 * - `{"action": "load", "delivery_ids": [1, 2], "run_id": "…"}` →
 *   `{"loaded", "already_loaded", "rows", "inserted", "duplicates", "conflicts"}`
 * - `{"action": "progress"}` → `{"processed_files", "last_key", "watermark", "rows"}`
 *
 * What `npx tillstream backfill` sends:
 * - `{"action": "backfill", "field": "channel", "filled_by": "ada", "after": 0, "dry_run": false}` → `{"objects", "filled", "next"}`
 */
import * as z from 'zod';
import { givenText, LONGEST_NAME } from '#domain/given-text.ts';
import { requestReader } from '#lambda/request.ts';

export const request = z.discriminatedUnion('action', [
  z.object({ action: z.literal('list') }),
  z.object({
    action: z.literal('load'),
    delivery_ids: z.array(z.int().positive()).min(1).max(1_000),
    run_id: givenText(500),
  }),
  z.object({ action: z.literal('load_new') }),
  z.object({ action: z.literal('progress') }),
  z.object({
    action: z.literal('backfill'),
    field: givenText(100),
    filled_by: givenText(LONGEST_NAME),
    after: z.int().nonnegative(),
    dry_run: z.boolean(),
  }),
]);

/** @throws with what was expected and what came */
export const readRequest = requestReader(
  request,
  '{"action": "list"}, {"action": "load", "delivery_ids": [1], "run_id": "…"}, {"action": "load_new"}, {"action": "progress"} or ' +
    '{"action": "backfill", "field": "channel", "filled_by": "…", "after": 0, "dry_run": false}',
);
