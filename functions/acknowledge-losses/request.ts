/**
 * What the CLI sends:
 * `{"loss_ids": [1, 2], "acknowledged_by": "ada", "reason": "sent again on Monday", "dry_run": false}` →
 * `{"acknowledged", "already", "unknown", "dry_run"}` (acknowledge.ts)
 */
import * as z from 'zod';
import { givenText, LONGEST_NAME, LONGEST_REASON } from '#domain/given-text.ts';
import { requestReader } from '#lambda/request.ts';

export const request = z.object({
  loss_ids: z.array(z.int().positive()).min(1).max(1_000),
  acknowledged_by: givenText(LONGEST_NAME),
  reason: givenText(LONGEST_REASON),
  dry_run: z.boolean().default(false),
});

export type AcknowledgeRequest = z.infer<typeof request>;

/** @throws with what was expected and what came */
export const readRequest = requestReader(
  request,
  '{"loss_ids": [1], "acknowledged_by": "name", "reason": "why it is accepted"}, with "dry_run" if wanted',
);
