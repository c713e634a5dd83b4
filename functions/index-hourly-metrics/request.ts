/** What the DAG sends: `{"full": false}` → `Indexed` (index-metrics.ts); `{}` is the same. */
import * as z from 'zod';
import { requestReader } from '#lambda/request.ts';

export const request = z.object({ full: z.boolean().default(false) });

/** @throws with what was expected and what came */
export const readRequest = requestReader(request, '{"full": true} to compare every hour, or {}');
