/**
 * The key of the server. The link that `npm start` prints has it behind the #, which browsers send to nobody; the page keeps it
 * in localStorage, which belongs to this address and port alone, and takes it out of the address.
 */
const NAME = 'tillstream-key';

/** @returns whether the address held a key */
export function takeKeyFromAddress(): boolean {
  const [, key] = location.hash.match(/^#key=([\w-]+)$/) ?? [];
  if (key === undefined) return false;
  localStorage.setItem(NAME, key);
  history.replaceState(null, '', `${location.pathname}#/`);
  return true;
}

export const key = (): string | null => localStorage.getItem(NAME);
