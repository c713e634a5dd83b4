/**
 * What the CLI sends:
 * `{"dead_letter_ids": [1, 2], "redriven_by": "ada", "edited_value": "<base64>", "dry_run": false}` →
 * `{"redriven", "already", "unknown", "dry_run"}` (redrive.ts)
 */
import * as z from 'zod';
import { givenText, LONGEST_NAME } from '#domain/given-text.ts';
import { requestReader } from '#lambda/request.ts';

export const request = z
  .object({
    dead_letter_ids: z.array(z.int().positive()).min(1).max(1_000),
    redriven_by: givenText(LONGEST_NAME),
    edited_value: z.base64().optional().describe('Sent instead of the original value.'),
    dry_run: z.boolean().default(false),
  })
  .refine(({ dead_letter_ids, edited_value }) => edited_value === undefined || dead_letter_ids.length === 1, {
    message: 'an edited value is for one dead letter',
    path: ['edited_value'],
  });

export type RedriveRequest = z.infer<typeof request>;

/** @throws with what was expected and what came */
export const readRequest = requestReader(
  request,
  '{"dead_letter_ids": [1], "redriven_by": "name"}, with "edited_value" in base64 and "dry_run" if wanted',
);
