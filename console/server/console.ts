/** The page of a backbone, served on one machine. */
import type { Backbone } from '#operations/backbone.ts';
import type { PulseFeed } from '#operations/open-pulse.ts';
import type { Session } from '../api.ts';
import { consoleApp, type Report } from './app.ts';
import { buildAssets } from './build-assets.ts';
import { openLive } from './live.ts';
import { byKey } from './login.ts';
import { newsOf } from './news.ts';
import { type Listening, listen } from './node.ts';
import { routes } from './routes.ts';

export interface ConsoleOptions {
  readonly backbone: Backbone;
  /** One for all who look. */
  readonly pulse: PulseFeed;
  readonly session: Session;
  /** Whoever has it may do what the session says. */
  readonly key: string;
  /** On which browsers reach it, at 127.0.0.1. */
  readonly port: number;
  /** To listen on, if another: in a container the host's port leads to the container's own address. */
  readonly address?: string;
  readonly report?: Report;
}

/** @throws if the port is taken */
export function openConsole({
  port,
  address = '127.0.0.1',
  key,
  session,
  ...options
}: ConsoleOptions): Promise<Listening> {
  const app = consoleApp({
    ...options,
    ...{ routes, login: byKey(key, session), live: openLive(newsOf(options)), assets: once(buildAssets) },
    origins: ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${port}`),
  });
  return listen(app, { port, address });
}

/** If it fails, whoever asks next tries again. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => {
    done ??= work().catch((error) => {
      done = undefined;
      throw error;
    });
    return done;
  };
}
