/**
 * What archive-orders sends:
 * - `{"action": "load_new"}` → `{"outcome", "chunks"}`
 *
 * What the DAG sends:
 * - `{"action": "list"}` → `{"chunks": [{"chunk", "delivery_ids", "rows"}], "files"}`
 * - `{"action": "load", "delivery_ids": [1, 2], "run_id": "…"}` →
 *   `{"loaded", "already_loaded", "rows", "inserted", "duplicates", "conflicts"}`
 * - `{"action": "progress"}` → `{"processed_files", "last_key", "watermark", "rows"}`
 */
import * as z from 'zod';
import { givenText } from '#domain/given-text.ts';
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
]);

/** @throws with what was expected and what came */
export const readRequest = requestReader(
  request,
  '{"action": "list"}, {"action": "load", "delivery_ids": [1], "run_id": "…"}, {"action": "load_new"} or {"action": "progress"}',
);
