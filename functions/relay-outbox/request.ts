/** The schedule sends `{"keep_sent_days": 7}`; a function that has just committed something sends nothing. */
import * as z from 'zod';
import { requestReader } from '#lambda/request.ts';

export const request = z.object({
  keep_sent_days: z
    .number()
    .min(1)
    .max(36_500)
    .optional()
    .describe(
      'Also remove announcements that were sent longer ago than this. At least a day: a person may have to look at them.',
    ),
});

const read = requestReader(request, '{} or {"keep_sent_days": 7}');

/** @throws with what was expected and what came */
export const readRequest = (payload: unknown) => read(payload ?? {});
