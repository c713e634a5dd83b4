/** What one would write instead of archive-orders: rows by JSON.parse, a Parquet file by the library, a PUT; nothing is remembered. */
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { type KafkaEvent, recordsIn } from './plain-event.ts';

const client = new S3Client({ forcePathStyle: true });

export async function handler(event: KafkaEvent): Promise<void> {
  const { records, name } = recordsIn(event);
  const column = (key: string, type: 'STRING' | 'DOUBLE') => ({
    name: key,
    type,
    data: records.map((record) => record[key]),
  });
  const file = parquetWriteBuffer({
    columnData: [
      ...['order_id', 'user_id', 'currency', 'category', 'country'].map((key) => column(key, 'STRING')),
      column('amount', 'DOUBLE'),
      { name: 'created_at', type: 'TIMESTAMP', data: records.map(({ created_at }) => new Date(String(created_at))) },
    ],
  });
  const Body = new Uint8Array(file);
  await client.send(new PutObjectCommand({ Bucket: process.env.LAKE_BUCKET, Key: `plain/${name}.parquet`, Body }));
}
