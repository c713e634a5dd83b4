/** What the schedule sends: `{"keep_sent_days": 7}`. Who has just committed something sends nothing. */
import { z } from 'zod';

const request = z.object({
  /** Also remove announcements that were sent longer ago than this. At least a day: somebody may have to look at them. */
  keep_sent_days: z.number().min(1).max(36_500).optional(),
});

/** @throws with what was expected and what came */
export function readRequest(payload: unknown): z.infer<typeof request> {
  const read = request.safeParse(payload ?? {});
  if (read.success) return read.data;
  throw new Error(
    'Expected {} or {"keep_sent_days": 7}, ' +
      `got ${JSON.stringify(payload).slice(0, 200)}: ${z.prettifyError(read.error)}`,
  );
}
