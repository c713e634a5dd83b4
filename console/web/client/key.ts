/**
 * The key of the server. The link that `npm start` prints has it behind the #, which browsers send to nobody; the page keeps it
 * in localStorage, which belongs to this address and port alone, and takes it out of the address.
 */
export const NAME = 'tillstream-key';

/** One that the server refuses takes no other's place: any page may link to this one, with any key. @returns whether there is a new one */
export async function takeKeyFromAddress(): Promise<boolean> {
  const [, given] = location.hash.match(/^#key=([\w-]+)$/) ?? [];
  if (given === undefined) return false;
  history.replaceState(null, '', `${location.pathname}#/`);
  const headers = { authorization: `Bearer ${given}` };
  if (key() !== null && !(await fetch('/api/session', { headers }).catch(() => null))?.ok) return false;
  localStorage.setItem(NAME, given);
  return true;
}

export const key = (): string | null => localStorage.getItem(NAME);
