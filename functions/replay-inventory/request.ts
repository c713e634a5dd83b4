/** What the CLI sends: `{"dry_run": true}` → `{"products", "events", "differing", "differences"}` (replay-inventory.ts) */
import * as z from 'zod';
import { requestReader } from '#lambda/request.ts';

/** Strict: a misspelt `dry_run` must not change the stock. */
export const request = z.strictObject({ dry_run: z.boolean() });

/** @throws with what was expected and what came */
export const readRequest = requestReader(request, '{"dry_run": true}, or false to correct the stock');
