/** Who asks, and what they may: by the key of a server on this machine, or by a load balancer's login (oidc.ts). */
import type { Session } from '../api.ts';
import { requireKey } from './guard.ts';

/** Asked of every request to a route. @throws Refusal 401 if it is nobody, 403 if it is somebody who may do nothing */
export type Login = (headers: Headers) => Session | Promise<Session>;

/** Whoever has the key may do what the session says. */
export const byKey =
  (key: string, session: Session): Login =>
  (headers) => {
    requireKey(headers, key);
    return session;
  };
