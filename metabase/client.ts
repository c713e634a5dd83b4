/** Metabase's REST API: JSON both ways, a session, and errors that say what came. */
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';

export interface Metabase {
  /** @throws if Metabase refuses, or answers something of another shape */
  call<T>(method: 'GET' | 'POST' | 'PUT', path: string, shape: z.ZodType<T>, body?: object): Promise<T>;
}

/** Starting a JVM and migrating its own database takes Metabase a minute or more. */
const PATIENCE_MS = 300_000;
const ANSWER_MS = 60_000;

/**
 * @param url such as http://127.0.0.1:3000
 * @param session of `logIn`; without one only what is public can be asked
 */
export function openMetabase(url: string, session?: string): Metabase {
  return {
    async call(method, path, shape, body) {
      const what = `${method} ${path}`;
      const response = await fetch(new URL(path, url), {
        method,
        headers: { 'content-type': 'application/json', ...(session && { 'x-metabase-session': session }) },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_MS),
      }).catch((cause: Error) => {
        throw new Error(
          `Metabase at ${url} can't be asked ${what}: ${(cause.cause as Error)?.message ?? cause.message}`,
          {
            cause,
          },
        );
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`Metabase answered ${what} with ${response.status}: ${text.slice(0, 1_000)}`);
      const read = shape.safeParse(parse(text));
      if (read.success) return read.data;
      throw new Error(
        `Metabase answered ${what} with another shape than expected (is it another version?): ` +
          `${z.prettifyError(read.error)}\nIt began: ${text.slice(0, 300)}`,
      );
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // No schema accepts it, so the error shows the text.
  }
}

/** @throws if Metabase isn't up after five minutes, with its last answer */
export async function untilUp(metabase: Metabase, within = PATIENCE_MS): Promise<void> {
  const deadline = Date.now() + within;
  for (;;) {
    try {
      await metabase.call('GET', '/api/health', z.object({ status: z.literal('ok') }));
      return;
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(`Timed out after ${within / 1_000} s waiting for Metabase`, { cause });
    }
    await delay(Math.min(1_000, within / 10));
  }
}

export interface Login {
  readonly email: string;
  readonly password: string;
}

const properties = z.object({ 'has-user-setup': z.boolean(), 'setup-token': z.string().nullish() });
const session = z.object({ id: z.string() });

/** Logs in, after it has made this user the administrator if Metabase has no user yet. @returns the session */
export async function logIn(metabase: Metabase, { email, password }: Login): Promise<string> {
  const { 'has-user-setup': isSetUp, 'setup-token': token } = await metabase.call(
    'GET',
    '/api/session/properties',
    properties,
  );
  if (isSetUp) return (await metabase.call('POST', '/api/session', session, { username: email, password })).id;
  const user = { email, password, first_name: 'Tillstream', last_name: 'Administrator' };
  const prefs = { site_name: 'Tillstream', allow_tracking: false };
  return (await metabase.call('POST', '/api/setup', session, { token, user, prefs })).id;
}
