/** The letters that a filter means, page by page as a person goes through them; what comes meanwhile is put on top. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { LetterRows } from '#console/api.ts';
import type { ListedLetter } from '#operations/letters/list.ts';
import { type Filter, search } from '../view/letters.ts';
import { AskError, ask } from './ask.ts';

export interface Letters {
  readonly rows: readonly ListedLetter[];
  /** Null if all are here; undefined before the first answer. */
  readonly next: string | null | undefined;
  readonly error: AskError | null;
  readonly more: () => void;
  /** Asks for the newest again: those that came, and what became of those that are here. */
  readonly refresh: () => void;
}

const PAGE = 500;

export function useLetters(filter: Filter): Letters {
  const name = search(filter);
  const [state, setState] = useState<Pick<Letters, 'rows' | 'next' | 'error'> & { name: string }>({ name, ...nothing });
  /** The filter that is being asked about. */
  const asking = useRef<string | null>(null);
  const wanted = useRef(name);
  wanted.current = name;
  const current = state.name === name ? state : { name, ...nothing };
  const latest = useRef(current);
  latest.current = current;

  const load = useCallback(
    async (after: string | undefined, join: (before: readonly ListedLetter[], page: LetterRows) => typeof current) => {
      if (asking.current === name) return;
      asking.current = name;
      try {
        const { data } = await ask<LetterRows>(`/api/dead-letters?${search({ ...filter, after, limit: PAGE })}`);
        if (wanted.current === name) setState((before) => join(before.name === name ? before.rows : [], data));
      } catch (error) {
        if (!(error instanceof AskError)) throw error;
        if (wanted.current === name) setState({ ...latest.current, name, error });
      } finally {
        if (asking.current === name) asking.current = null;
      }
    },
    [name],
  );
  const more = useCallback(() => {
    const { next } = latest.current;
    if (next)
      void load(next, (before, page) => ({ name, rows: [...before, ...page.rows], next: page.next, error: null }));
  }, [load]);
  const refresh = useCallback(
    () =>
      void load(undefined, (before, page) => {
        const oldest = page.rows.at(-1)?.id ?? 0;
        const rest = page.next === null ? [] : before.filter(({ id }) => id < oldest);
        const next = rest.length > 0 ? (latest.current.next ?? null) : page.next;
        return { name, rows: [...page.rows, ...rest], next, error: null };
      }),
    [load],
  );
  useEffect(refresh, [refresh]);
  return { ...current, more, refresh };
}

const nothing = { rows: [], next: undefined, error: null };
