/** Every place that has an id, and how many objects of the lake were read for it so far. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TraceLine } from '#console/api.ts';
import type { Place } from '#operations/trace/place.ts';
import { AskError } from './ask.ts';
import { askLines } from './lines.ts';

interface State {
  /** Null until all are known. */
  readonly places: readonly Place[] | null;
  /** Null while none had to be read. */
  readonly progress: { readonly read: number; readonly objects: number } | null;
  readonly isStopped: boolean;
  readonly error: AskError | null;
}

export interface Trace extends State {
  readonly stop: () => void;
  readonly again: () => void;
}

export function useTrace(id: string): Trace {
  const [state, setState] = useState(nothing);
  const [times, setTimes] = useState(0);
  const over = useRef<AbortController | null>(null);
  useEffect(() => {
    const own = new AbortController();
    over.current = own;
    setState(nothing);
    const change = (next: Partial<State>) => over.current === own && setState((before) => ({ ...before, ...next }));
    void (async () => {
      try {
        const path = `/api/trace?id=${encodeURIComponent(id)}`;
        for await (const line of askLines<Exclude<TraceLine, { failed: string }>>(path, { signal: own.signal }))
          change('ended' in line ? { places: line.places } : { progress: line });
      } catch (error) {
        if (own.signal.aborted) return change({ isStopped: true });
        if (!(error instanceof AskError)) throw error;
        change({ error });
      }
    })();
    return () => {
      over.current = null;
      own.abort();
    };
  }, [id, times]);
  return { ...state, stop: () => over.current?.abort(), again: () => setTimes((before) => before + 1) };
}

const nothing: State = { places: null, progress: null, isStopped: false, error: null };
