/** Who acts: the name that stays on record. It is remembered until another is typed. */
import { useState } from 'preact/hooks';
import { live } from './live-store.ts';

const STORED = 'tillstream-by';

export function useName(): [string, (name: string) => void] {
  const [name, setName] = useState(() => localStorage.getItem(STORED) ?? live.get().session?.by ?? '');
  return [
    name,
    (next) => {
      localStorage.setItem(STORED, next);
      setName(next);
    },
  ];
}
