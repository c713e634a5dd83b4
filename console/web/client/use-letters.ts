/** The letters that a filter means, page by page as a person goes through them; what comes meanwhile is put on top. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { LetterRows } from '#console/api.ts';
import type { ListedLetter } from '#operations/letters/list.ts';
import { append, putOnTop } from '../view/letter-rows.ts';
import { type Filter, search } from '../view/letters.ts';
import { AskError, ask } from './ask.ts';

export interface Letters {
  readonly rows: readonly ListedLetter[];
  /** Null if all are here; undefined before the first answer. */
  readonly next: string | null | undefined;
  /** When the server last answered, ISO 8601; null before. */
  readonly at: string | null;
  readonly error: AskError | null;
  readonly more: () => void;
  /** Asks for the newest again: those that came, and what became of those that are here. */
  readonly refresh: () => void;
}

type Shown = Pick<Letters, 'rows' | 'next' | 'at' | 'error'>;

const PAGE = 500;

export function useLetters(filter: Filter): Letters {
  const name = search(filter);
  const [state, setState] = useState<Shown & { name: string }>({ name, ...nothing });
  /** The filter that is being asked about. */
  const asking = useRef<string | null>(null);
  /** What was wished for meanwhile. */
  const wish = useRef<(() => void) | null>(null);
  const wanted = useRef(name);
  wanted.current = name;
  const current = state.name === name ? state : { name, ...nothing };
  const latest = useRef(current);
  latest.current = current;

  const load = useCallback(
    async (after: string | undefined, join: (before: Shown, page: LetterRows) => Pick<Shown, 'rows' | 'next'>) => {
      asking.current = name;
      try {
        const { data, at } = await ask<LetterRows>(`/api/dead-letters?${search({ ...filter, after, limit: PAGE })}`);
        const show = (before: typeof state) => ({
          ...{ name, at, error: null },
          ...join(before.name === name ? before : nothing, data),
        });
        if (wanted.current === name) setState(show);
      } catch (error) {
        if (!(error instanceof AskError)) throw error;
        if (wanted.current === name) setState({ ...latest.current, name, error });
      } finally {
        if (asking.current === name) {
          asking.current = null;
          const wished = wish.current;
          wish.current = null;
          // Drawn by then, so that what comes next goes on from what came now.
          if (wished) setTimeout(wished);
        }
      }
    },
    [name],
  );
  const more = useCallback(() => {
    const { next } = latest.current;
    if (asking.current === name) wish.current ??= more;
    else if (next) void load(next, append);
  }, [load]);
  const refresh = useCallback(() => {
    if (asking.current === name) wish.current = refresh;
    else void load(undefined, putOnTop);
  }, [load]);
  useEffect(() => {
    wish.current = null;
    refresh();
  }, [refresh]);
  return { ...current, more, refresh };
}

const nothing: Shown = { rows: [], next: undefined, at: null, error: null };
