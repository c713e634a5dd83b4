/** The figures of the last ten minutes, from the server's memory first, then from each pulse. */
import { useEffect, useState } from 'preact/hooks';
import type { History } from '#console/api.ts';
import type { Pulse } from '#operations/pulse.ts';
import { append, type Series } from '../view/series.ts';
import { ask } from './ask.ts';
import { live, serverNow } from './live-store.ts';
import { usePicked } from './store.ts';

export const SECONDS_SHOWN = 600;

/**
 * @param names as GET /api/history has them
 * @param figuresOf the same of a pulse; the same function each time
 */
export function useSeries(
  names: readonly string[],
  figuresOf: (pulse: Pulse) => Readonly<Record<string, number | null>>,
): Series | null {
  const [series, setSeries] = useState<Series | null>(null);
  const reachable = usePicked(live, ({ connection, pausedAt }) => connection.is === 'live' && pausedAt === null);
  const wanted = names.join(',');
  useEffect(() => {
    if (!reachable || wanted === '') return;
    const over = new AbortController();
    const from = Math.floor(serverNow() / 1000) - SECONDS_SHOWN;
    ask<History>(`/api/history?of=${encodeURIComponent(wanted)}&from=${from}`, { signal: over.signal }).then(
      ({ data }) => setSeries({ times: data.times, values: data.series }),
      // Without the server's memory, it begins with the next pulse.
      () => over.signal.aborted || setSeries((before) => before ?? emptyOf(wanted.split(','))),
    );
    return () => over.abort();
  }, [reachable, wanted]);
  useEffect(() => {
    let last = live.get().pulse;
    return live.subscribe(() => {
      const { pulse } = live.get();
      if (pulse === last || !pulse) return;
      last = pulse;
      const time = Math.floor(Date.parse(pulse.at) / 1000);
      setSeries((before) => before && append(before, time, figuresOf(pulse), SECONDS_SHOWN));
    });
  }, [figuresOf]);
  return series;
}

const emptyOf = (names: readonly string[]): Series => ({
  times: [],
  values: Object.fromEntries(names.map((name) => [name, []])),
});
