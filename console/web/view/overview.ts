/** What the Overview's plots show of a pulse. */
import type { PlaceName, Pulse } from '#operations/pulse.ts';

/** Places of which somebody notes how long a record takes to them. */
export const latencyPlaces = [
  { name: 'stock', title: 'stock' },
  { name: 'payments', title: 'payments' },
  { name: 'lake', title: 'lake' },
  { name: 'bronze', title: 'bronze' },
  { name: 'warehouse', title: 'warehouse' },
] as const satisfies readonly { name: PlaceName; title: string }[];

/** By the names that GET /api/history has for them. */
export const seriesOf = ({ streams, places }: Pulse): Record<string, number | null> =>
  Object.fromEntries([
    ...Object.entries(streams).map(([topic, { rate }]) => [`rate.${topic}`, rate] as const),
    ...latencyPlaces.map(({ name }) => [`p95.${name}`, places[name].p95] as const),
  ]);
