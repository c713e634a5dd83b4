/** What the page offers to copy runs as it stands, on a real Kafka and a real database, and its records arrive as they were. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, inject, it } from 'vitest';
import { connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import { installFolder, repositoryRoot } from '#adapters/repository.ts';
import { eventReader } from '#domain/event-reader.ts';
import { catalogue, streams } from '#domain/streams.ts';
import { installKafka } from '#localstack/install/kafka.ts';
import { exampleFor } from '#operations/connect/connect.ts';
import { produceExample } from '#operations/connect/produce-example.ts';
import { questionOf, snippetsOf } from '#operations/connect/snippets.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

const run = promisify(execFile);
const topic = `connected-${randomBytes(4).toString('hex')}`;
const stream = { ...streams.orders, topic };
const example = exampleFor(stream);

let kafka: KafkaConnection;
let folder: string;
let textOf: (client: string) => string;

beforeAll(async () => {
  const { bootstrapServers } = inject('stack').kafka;
  kafka = await connectKafka({ bootstrapServers, clientId: 'test-connect' });
  await kafka.createTopics([{ topic, partitions: 4 }]);
  folder = mkdtempSync(join(tmpdir(), 'connect-'));
  const clients = {
    brokers: bootstrapServers,
    database: { host: '127.0.0.1', port: 5432, name: 'x', user: 'x', password: 'x', tls: '' },
    lake: { endpoint: 'http://x', region: 'x', bucket: 'x' },
  };
  textOf = (client) => snippetsOf(clients, example).find((each) => each.client === client)?.text ?? '';
  return async () => {
    rmSync(folder, { recursive: true });
    await kafka.close();
  };
});

/** Sends by a program; @returns the one record that is new. */
async function sent(program: () => Promise<unknown>) {
  const before = new Map((await kafka.offsets(topic)).map(({ partition, latest }) => [partition, latest]));
  await program();
  const ranges = (await kafka.offsets(topic)).map(({ partition, latest: to }) => [
    partition,
    { from: before.get(partition) ?? 0, to },
  ]);
  const records = [];
  for await (const fragment of kafka.read(topic, new Map(ranges as [number, { from: number; to: number }][])))
    for (const { key, value, offset } of fragment.records)
      records.push({ partition: fragment.partition, offset, key: String(key), value: String(value) });
  expect(records).toHaveLength(1);
  return records[0];
}

it('Java and Node send the same record to the same partition, where its key belongs', async () => {
  const { classPath } = await installKafka({ installFolder, report: () => {} });
  const java = join(folder, 'Send.java');
  writeFileSync(java, textOf('Java'));
  const byJava = await sent(() => run('java', ['-cp', classPath, java]));
  expect(byJava).toMatchObject({ key: example.key, value: example.value });
  // From the folder that has kafkajs.
  const asModule = ['--input-type=module', '-e', textOf('Node')];
  const byNode = await sent(async () => {
    const { stdout } = await run(process.execPath, asModule, { cwd: repositoryRoot });
    expect(stdout).toContain(`${topic} ${byJava?.partition}/`);
  });
  expect(byNode).toMatchObject({ key: example.key, value: example.value, partition: byJava?.partition });
});

it('the program in Python is one that Python reads', async () => {
  // Its client isn't installed here.
  const check = 'import ast, sys; print(len(ast.parse(sys.argv[1]).body))';
  expect((await run('python3', ['-c', check, textOf('Python')])).stdout).toBe('6\n');
});

it('an example that is sent is where the answer says, and its consumer takes it; the next is another one', async () => {
  const backbone = { kafka: async () => kafka };
  let produced = await produceExample(backbone, stream);
  const record = await sent(async () => {
    produced = await produceExample(backbone, stream);
  });
  const { topic: _, ...place } = produced;
  expect(record).toEqual(place);
  expect(() => eventReader(stream)(Buffer.from(produced.value))).not.toThrow();
  expect(produced.value).not.toBe(example.value);
});

it('analysts may ask what psql is told to ask', async () => {
  const owner = await freshDatabase();
  const analyst = await poolAs('bi_reader', owner);
  try {
    for (const each of catalogue)
      expect(await analyst.query(questionOf(each.topic)), each.topic).toMatchObject({ rows: [] });
  } finally {
    await Promise.all([analyst.end(), owner.end()]);
  }
});
