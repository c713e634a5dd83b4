/** Whether an S3 that somebody else runs keeps what the lake's commit protocol relies on: tried with the lake's own calls. */
import { createHash, randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { openLake, statusOf } from './index.ts';

/** Objects that are tried and removed again. */
const PROBES = 'tillstream-probe';

/** @throws if nobody answers, or the login may not see the bucket */
export async function bucketExists(client: S3Client, bucket: string): Promise<boolean> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

/** @param region the bucket's; us-east-1 must not be named (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html) */
export async function makeBucket(client: S3Client, bucket: string, region: string): Promise<void> {
  const place =
    region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region as 'eu-central-1' } };
  await client.send(new CreateBucketCommand({ Bucket: bucket, ...place }));
}

/**
 * Writes an object, tries to overwrite it, reads it in three ways, lists and removes it.
 *
 * @throws naming the step that failed, or what came instead of what the lake needs
 */
export async function probeLake(client: S3Client, bucket: string): Promise<void> {
  const lake = openLake(bucket, client);
  const key = `${PROBES}/${randomUUID()}`;
  const bytes = Buffer.from('first, and only');
  const facts = { rows: 7, sourceSha256: 'probe' };
  const expected = { ...facts, bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
  const remove = () => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  await step('write an object unless its key is taken', lake.putOnce(key, bytes, facts, 'text/plain'));
  try {
    const again = lake.putOnce(key, Buffer.from('second'), facts, 'text/plain');
    const { written } = await step('write under a key that is taken', again);
    requireThat(!written, 'it overwrote an object in spite of If-None-Match: *, by which no object is written twice');
    const { rows, sourceSha256, ...known } = (await step('ask for an object', lake.head(key))) ?? {};
    requireThat(
      JSON.stringify({ rows, sourceSha256, ...known }) === JSON.stringify(expected),
      `it keeps no metadata or no SHA-256 of an object: expected ${JSON.stringify(expected)}, got ${JSON.stringify({ rows, sourceSha256, ...known })}`,
    );
    const part = await step('read a part of an object', lake.read(key, { start: 2, end: 5 }));
    requireThat(Buffer.from(part).equals(bytes.subarray(2, 5)), 'it answers a range of bytes with others');
    const { KeyCount } = await step(
      'list objects',
      client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key })),
    );
    requireThat(KeyCount === 1, `it lists ${KeyCount} objects where 1 was written`);
  } catch (error) {
    // What it was is said, not that the object stays, if it does.
    await remove().catch(() => {});
    throw error;
  }
  await step('delete an object', remove());
}

async function step<Answer>(what: string, work: Promise<Answer>): Promise<Answer> {
  return work.catch((cause: Error) => {
    throw new Error(`it doesn't let this login ${what} (${cause.name}: ${cause.message})`, { cause });
  });
}

function requireThat(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new Error(otherwise);
}
