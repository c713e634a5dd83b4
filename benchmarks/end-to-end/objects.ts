import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { Services } from './services.ts';

/** The Parquet files below a folder: what readers find who list the bucket. */
export async function objectsBelow({ s3, bucket }: Services, folder: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: folder }))
    keys.push(...Contents.flatMap(({ Key = '' }) => (Key.endsWith('.parquet') ? [Key] : [])));
  return keys;
}
