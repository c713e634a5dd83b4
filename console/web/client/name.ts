/** Who acts: the name that stays on record. It is remembered until another is typed; where a login proves it, it is that one. */
import { useState } from 'preact/hooks';
import { live } from './live-store.ts';

const STORED = 'tillstream-by';

/** The name, how to change it, and whether nobody can. */
export type Name = readonly [string, (name: string) => void, boolean];

export function useName(): Name {
  const { by = '', byIsProved = false } = live.get().session ?? {};
  const [name, setName] = useState(() => localStorage.getItem(STORED) ?? by);
  return [
    byIsProved ? by : name,
    (next) => {
      // The server takes no other either.
      if (byIsProved) return;
      localStorage.setItem(STORED, next);
      setName(next);
    },
    byIsProved,
  ];
}
