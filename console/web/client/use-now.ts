/** The time, for what ages. */
import { useEffect, useState } from 'preact/hooks';
import { serverNow } from './live-store.ts';

/** @returns milliseconds since 1970 by the server's clock, anew each second */
export function useNow(): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
