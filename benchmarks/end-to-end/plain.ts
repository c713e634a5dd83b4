/** A consumer as one writes it in an afternoon: a batch becomes a Parquet file in S3, then rows; Kafka keeps the offsets. */
import { join } from 'node:path';
import { supervise } from '#localstack/processes/supervise.ts';
import { awsVariables } from '#localstack/services/local-aws.ts';
import { treeCpu } from '../cpu.ts';
import type { Contender } from './contender.ts';
import { objectsBelow } from './objects.ts';
import { makeTable } from './tables.ts';

/** @param buffers whether it gathers 10,000 orders for a file, as ours does, or makes a file of what a fetch brings */
export function plainConsumer({ buffers }: { readonly buffers: boolean }): Contender {
  const id = buffers ? 'plain_buffers' : 'plain';
  const table = `contest.${id}`;
  const topic = `orders_${id}`;
  return {
    name: buffers ? 'plain consumer that buffers' : 'plain consumer',
    remark: buffers
      ? 'kafkajs; 10,000 orders or 5 s a file; offsets are committed meanwhile'
      : 'kafkajs; a file a fetch',
    topic,
    table,
    prepare: ({ pool }) => makeTable(pool, table),
    objects: (services) => objectsBelow(services, `${id}/`),
    async start({ runFolder, bootstrapServers, awsEndpoint, bucket, database, kafka }) {
      const settings = { ...{ bootstrapServers, bucket, database, topic, table }, group: id, folder: id, buffers };
      const consumer = await supervise(
        {
          name: id.replace('_', ' '),
          command: process.execPath,
          args: [join(import.meta.dirname, 'plain-consumer.ts'), JSON.stringify(settings)],
          cwd: import.meta.dirname,
          env: { PATH: process.env.PATH, ...awsVariables(awsEndpoint) },
          logFile: join(runFolder, 'logs', `${id}.log`),
          grace: 30_000,
        },
        runFolder,
      );
      return {
        failed: consumer.failed,
        async isDone() {
          const committed = await kafka.committedOffsets(id, topic);
          const ends = await kafka.offsets(topic);
          return ends.every(({ partition, latest }) => (committed.get(partition) ?? 0) >= latest);
        },
        cpu: () => ({ own: treeCpu(consumer.pid), inLocalStack: 0 }),
        kill: consumer.kill,
        stop: consumer.stop,
      };
    },
  };
}
