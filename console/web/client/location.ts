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

/**
 * @param link as linkTo writes it
 * @param replace for what isn't worth a step back, such as the row that is selected or each letter typed into a filter
 */
export function go(link: string, replace = false): void {
  if (link === location.hash) return;
  if (!replace) {
    location.hash = link;
    return;
  }
  history.replaceState(null, '', link);
  dispatchEvent(new HashChangeEvent('hashchange'));
}
