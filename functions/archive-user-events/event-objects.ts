import { encodeLines } from '#adapters/lake/json-lines.ts';
import type { Layout } from '#delivery/write-to-lake.ts';
import type { userEvent } from '#domain/streams/user-events.ts';
import { streams } from '#domain/streams.ts';

/** `bronze/user_events/dt=2025-12-11/user_events_2025-12-11_00-00-01_p0_o100-199.json.gz` */
export const eventObjects: Layout<typeof userEvent> = {
  prefix: streams.userEvents.lake.prefix,
  name: 'user_events',
  extension: 'json.gz',
  contentType: 'application/gzip',
  encode: encodeLines,
};
