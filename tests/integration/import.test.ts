/** `npx tillstream import` sends a file's rows, and waits until the consumer has dealt with them. */
import { expect, inject, test } from 'vitest';
import { connectKafka } from '#adapters/kafka/index.ts';
import { kafkaLookup } from '#adapters/kafka/lookup.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { updateShop } from '#functions/update-shop/update-shop.ts';
import { readImport } from '#operations/import/read.ts';
import { sendImport } from '#operations/import/send.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

const ROWS = 20_000;
const WITHIN = 400_000;

test(
  `${ROWS} products of a file take effect, and a wrong record of another producer beside them is counted`,
  async () => {
    const { bootstrapServers } = inject('stack').kafka;
    const kafka = await connectKafka({ bootstrapServers, clientId: 'test-import' });
    const stream: Stream = { ...streams.products, topic: `import-${process.pid}`, partitions: 2 };
    await kafka.createTopics([stream]);
    const pool = await freshDatabase();
    const own = await poolAs('update_shop', pool);
    const rows = Array.from({ length: ROWS }, (_, n) => `p${n},"Product ""${n}""",home,${n % 1_000}.99`);
    const read = readImport(stream, Buffer.from(['product_id,name,category,price', ...rows].join('\r\n')));
    expect(read).toMatchObject({ rows: ROWS, faults: [] });

    const consume = writeToPostgres<Stream['event']>({ pool: own, ...kafkaLookup({ bootstrapServers }) }, updateShop);
    const positions = new Map([0, 1].map((partition) => [partition, 0]));
    const consumeSome = async () => {
      for (const { partition, latest } of await kafka.offsets(stream.topic)) {
        const from = positions.get(partition) ?? 0;
        const to = Math.min(latest, from + 10_000);
        const records = [];
        for await (const part of kafka.read(stream.topic, new Map([[partition, { from, to }]])))
          records.push(...part.records);
        if (records.length > 0) await consume(stream, { topic: stream.topic, partition, records }, Date.now() + WITHIN);
        positions.set(partition, to);
      }
    };
    const wrong = { line: 0, key: 'other', value: JSON.stringify({ product_id: 'p1' }) };
    let isDone = false;
    const sending = sendImport({ kafka: async () => kafka, pool }, stream, [...read.records, wrong], {
      within: WITHIN,
    });
    const ended = sending.finally(() => {
      isDone = true;
    });
    while (!isDone) await consumeSome();
    expect(await ended).toEqual({ sent: ROWS + 1, refused: 1 });
    const { rows: found } = await pool.query(
      'select count(*) as products, sum(price)::text as worth from shop.products',
    );
    expect(found).toEqual([{ products: ROWS, worth: '10009800.00' }]);
    await kafka.close();
    await own.end();
    await pool.end();
  },
  WITHIN,
);
