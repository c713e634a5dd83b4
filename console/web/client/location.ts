/** The address as a part of the page sees it. */
import { useEffect, useState } from 'preact/hooks';
import { type Route, readRoute } from '../view/route.ts';

export function useRoute(): Route {
  const [hash, setHash] = useState(() => location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    changed();
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return readRoute(hash);
}

/** Browsers take 100 replacements in 10 s at least, and each may be asked of the server: a key that is held has more. */
const REPLACE_EVERY_MS = 100;
let replacing: { from: string; to: string } | null = null;

/**
 * @param link as linkTo writes it
 * @param replace for what isn't worth a step back, such as the row that is selected or each letter typed into a filter
 */
export function go(link: string, replace = false): void {
  if (link === location.hash && !replacing) return;
  if (!replace) {
    location.hash = link;
    return;
  }
  if (replacing) {
    replacing.to = link;
    return;
  }
  history.replaceState(null, '', link);
  dispatchEvent(new HashChangeEvent('hashchange'));
  const own = { from: link, to: link };
  replacing = own;
  setTimeout(() => {
    replacing = null;
    // Unless another page was opened meanwhile.
    if (location.hash === own.from) go(own.to, true);
  }, REPLACE_EVERY_MS);
}
