/** What all parts of the page know together. A store holds one value; a part is drawn anew when what it picked has changed. */
import { useEffect, useRef, useState } from 'preact/hooks';

export interface Store<State> {
  readonly get: () => State;
  readonly change: (next: Partial<State>) => void;
  /** @returns ends it */
  readonly subscribe: (heard: () => void) => () => void;
}

export function storeOf<State extends object>(initial: State): Store<State> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    change: (next) => {
      state = { ...state, ...next };
      for (const heard of listeners) heard();
    },
    subscribe: (heard) => {
      listeners.add(heard);
      return () => void listeners.delete(heard);
    },
  };
}

/** @param pick gives the same value, by ===, as long as nothing that matters to the caller has changed */
export function usePicked<State, Picked>(store: Store<State>, pick: (state: State) => Picked): Picked {
  const [, drawAnew] = useState(0);
  const picked = pick(store.get());
  const drawn = useRef({ pick, picked });
  drawn.current = { pick, picked };
  useEffect(() => {
    const look = () => {
      if (drawn.current.pick(store.get()) !== drawn.current.picked) drawAnew((times) => times + 1);
    };
    // What changed between drawing and now is drawn too.
    look();
    return store.subscribe(look);
  }, [store]);
  return picked;
}
