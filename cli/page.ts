/** The page of a stack, served by this process. */

import { appendFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { configurationOf } from '#adapters/configuration-file.ts';
import { functionNamed } from '#cdk/config/names.ts';
import type { Session } from '#console/api.ts';
import { openConsole } from '#console/server/console.ts';
import { intervalsOf } from '#domain/configuration/intervals.ts';
import { boundLog } from '#localstack/processes/bounded-log.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import { askBy } from '#operations/asking/answer.ts';
import type { Backbone } from '#operations/backbone.ts';
import { openPulse, type PulseFeed } from '#operations/open-pulse.ts';
import { openAskedPulse } from '#operations/pulse/asked.ts';
import type { Addresses } from './addresses.ts';
import { openBackbone, poolOf } from './backbone.ts';
import { UserError } from './command.ts';
import { environmentBackbone } from './environment.ts';
import { servicesOf } from './services.ts';
import { version } from './version.ts';

/** For what people look at, and apart from it for the pulse, which must not wait for their searches; the role may have ten. */
const CONNECTIONS = 4;
/** A look, what is asked beside it, and what it recalls at first. */
const PULSE_CONNECTIONS = 3;

export interface PageOptions {
  /** Where the backbone is, and who reads its database: role `console`. */
  readonly stack: Addresses;
  readonly session: Omit<Session, 'environment' | 'version'>;
  readonly key: string;
  readonly port: number;
  /** To listen on, if not 127.0.0.1. */
  readonly address?: string;
  /** Hears of each answer that failed by a fault of ours. */
  readonly report?: (error: unknown, where: string) => void;
}

export interface ServedPage {
  /** The page's, for whoever else wants to know. */
  readonly pulse: PulseFeed;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** @throws UserError if the port is taken */
export async function servePage({ stack, session, ...where }: PageOptions): Promise<ServedPage> {
  const backbone = openBackbone(stack, CONNECTIONS);
  const pulsePool = poolOf(stack, PULSE_CONNECTIONS);
  const pulse = openPulse({
    ...{ pool: pulsePool, kafka: backbone.kafka, services: servicesOf(stack) },
    intervals: intervalsOf(configurationOf('local').values),
  });
  const end = () => Promise.all([backbone.close(), pulsePool.end()]);
  return serveOver({ backbone, pulse, end }, { ...where, session: { environment: 'local', ...session } });
}

interface Over {
  readonly backbone: Backbone;
  readonly pulse: PulseFeed;
  end(): Promise<unknown>;
}

/** @throws UserError if the port is taken */
async function serveOver(
  { backbone, pulse, end }: Over,
  { session, ...where }: Omit<PageOptions, 'stack' | 'session'> & { readonly session: Omit<Session, 'version'> },
): Promise<ServedPage> {
  const server = await openConsole({
    ...{ backbone, pulse, ...where },
    session: { version: version(), ...session },
  }).catch(async (error: NodeJS.ErrnoException) => {
    await end();
    if (error.code !== 'EADDRINUSE') throw error;
    throw new UserError(
      `The page needs port ${where.port}, which another program has. Choose another, or stop that program.`,
      {
        cause: error,
      },
    );
  });
  return {
    pulse,
    async close() {
      await server.close().finally(end);
    },
  };
}

/** The page of an environment in AWS: this process serves it, and asks the environment's function. @throws UserError if the port is taken */
export async function servePageOf(
  environment: string,
  { session, ...where }: Omit<PageOptions, 'stack' | 'session'> & { readonly session: Pick<Session, 'by' | 'may'> },
): Promise<ServedPage> {
  const backbone = environmentBackbone(environment);
  const pulse = openAskedPulse(askBy(backbone.invoke), functionNamed(environment, 'console'));
  return serveOver(
    { backbone, pulse, end: async () => {} },
    { ...where, session: { environment, startedAt: null, links: {}, ...session } },
  );
}

/** What `servePage` takes to serve the page of a stack on this machine, to the user of this process. */
export function pageOf(stack: StackStatus): Pick<PageOptions, 'stack' | 'session' | 'report'> {
  const { startedAt, airflow, postgres, runFolder, console: page } = stack;
  return {
    report: (error, where) => note(join(runFolder, 'logs', 'page.log'), error, where),
    stack: { ...stack, postgres: { ...postgres, ...page?.login }, ownerUrl: postgres.url },
    session: {
      ...{ startedAt, by: userInfo().username, may: ['look', 'read', 'act'] },
      links: { ...(airflow && { Airflow: airflow.url }) },
    },
  };
}

/** A log that can't be written, as on a full disk, must not cost the answer. */
function note(file: string, error: unknown, where: string): void {
  try {
    boundLog(file);
    appendFileSync(file, `${new Date().toISOString()} ${where}: ${inspect(error)}\n`);
  } catch {}
}
