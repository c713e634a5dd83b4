/** The page of the stack that this process runs, for as long as it runs. */
import { userInfo } from 'node:os';
import type { KafkaConnection } from '#adapters/kafka/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import type { FunctionName } from '#cdk/config/functions.ts';
import { openConsole } from '#console/server/console.ts';
import type { Listening } from '#console/server/node.ts';
import type { StackPorts } from '#localstack/stack/ports.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import { invoke } from '../invoke.ts';
import { openRunningLake } from '../running-stack.ts';
import { version } from '../version.ts';

export interface PageOptions {
  readonly status: StackStatus;
  readonly ports: StackPorts;
  readonly pool: Pool;
  readonly kafka: KafkaConnection;
}

/** @throws if the port was taken since the start began */
export async function servePage({ status, ports, pool, kafka }: PageOptions): Promise<Listening> {
  const { key = '' } = status.console ?? {};
  return openConsole({
    backbone: {
      pool,
      kafka,
      lake: openRunningLake(status),
      invoke: (name, payload) => invoke(status, name as FunctionName, payload),
    },
    watch: () => () => {},
    session: {
      environment: 'local',
      version: version(),
      startedAt: status.startedAt,
      by: userInfo().username,
      may: ['look', 'read', 'act'],
      links: status.airflow ? { Airflow: status.airflow.url } : {},
    },
    key,
    port: ports.console,
  });
}
