/** The page of a stack, served by this process. */
import { userInfo } from 'node:os';
import type { Right } from '#console/api.ts';
import { openConsole } from '#console/server/console.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import { openBackbone } from './backbone.ts';
import { version } from './version.ts';

/** The pulse and what people look at; the role may have ten. */
const CONNECTIONS = 4;

export interface PageOptions {
  readonly port: number;
  readonly key: string;
  readonly may: readonly Right[];
}

export interface ServedPage {
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** @throws if the port is taken */
export async function servePage(stack: StackStatus, { port, key, may }: PageOptions): Promise<ServedPage> {
  const backbone = openBackbone(stack, {
    ...(stack.console && { login: stack.console.login }),
    connections: CONNECTIONS,
  });
  const session = {
    ...{ environment: 'local', version: version(), startedAt: stack.startedAt, by: userInfo().username, may },
    links: { ...(stack.airflow && { Airflow: stack.airflow.url }) },
  };
  const server = await openConsole({ backbone, session, port, key, watch: () => () => {} });
  return {
    async close() {
      await server.close();
      await backbone.close();
    },
  };
}
