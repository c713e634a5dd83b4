/** The lake: objects in S3. Raw data is written once and never changed; what is derived from it may be written again. */
import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { awsLimits } from '../aws.ts';
import { lakeLogin } from '../configuration.ts';

/** Facts in an object's metadata, by which it is recognized without being read. */
export interface ObjectFacts {
  readonly rows: number;
  /** Hash of the records that it was made from (the ledger's source_sha256). */
  readonly sourceSha256: string;
}

export interface LakeObject extends ObjectFacts {
  readonly bytes: number;
  /** Hash of the object's bytes, as S3 computed and keeps it. */
  readonly sha256: string;
}

export interface Lake {
  readonly bucket: string;
  /** Writes the object unless the key is taken; returns what is under the key now, and whether this call wrote it. */
  putOnce(
    key: string,
    body: Uint8Array,
    facts: ObjectFacts,
    contentType: string,
  ): Promise<LakeObject & { written: boolean }>;
  /** Writes the object over an earlier one: for derived data only. S3 refuses to overwrite raw data. */
  put(key: string, body: Uint8Array, contentType: string): Promise<{ bytes: number; sha256: string }>;
  /** What S3 knows of the object without reading it; undefined if there is none. */
  head(key: string): Promise<LakeObject | undefined>;
  /** Bytes from `start` to before `end`, or all of them. */
  read(key: string, range?: { start: number; end: number }): Promise<Uint8Array>;
}

/** @param login its address and login, where they aren't those of the rest of AWS */
export const lakeClient = (login: Pick<S3ClientConfig, 'endpoint' | 'region' | 'credentials'> = {}): S3Client =>
  new S3Client({ ...awsLimits, forcePathStyle: true, ...login });

/** @param client the one that the environment names, unless given */
export function openLake(bucket: string, client = lakeClient(lakeLogin())): Lake {
  const write = async (
    key: string,
    body: Uint8Array,
    contentType: string,
    conditions: Pick<PutObjectCommandInput, 'IfNoneMatch' | 'Metadata'> = {},
  ) => {
    const sha256 = createHash('sha256').update(body).digest('base64');
    const object = { Bucket: bucket, Key: key, Body: body, ContentType: contentType, ChecksumSHA256: sha256 };
    await client.send(new PutObjectCommand({ ...object, ...conditions }));
    return { bytes: body.byteLength, sha256: hex(sha256) };
  };

  const lake: Lake = {
    bucket,

    async putOnce(key, body, facts, contentType) {
      const Metadata = { rows: String(facts.rows), 'source-sha256': facts.sourceSha256 };
      try {
        const written = await write(key, body, contentType, { IfNoneMatch: '*', Metadata });
        return { ...facts, ...written, written: true };
      } catch (error) {
        // 412: the key is taken. 409: another conditional write of it is under way; the caller's retry settles it.
        if (statusOf(error) !== 412) throw error;
        const present = await lake.head(key);
        if (!present)
          throw new Error(`Expected s3://${bucket}/${key}, which was there a moment ago, found nothing.`, {
            cause: error,
          });
        return { ...present, written: false };
      }
    },

    put: (key, body, contentType) => write(key, body, contentType),

    async head(key) {
      try {
        const found = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }));
        return {
          rows: Number(found.Metadata?.rows ?? Number.NaN),
          sourceSha256: found.Metadata?.['source-sha256'] ?? '',
          bytes: found.ContentLength ?? 0,
          sha256: found.ChecksumSHA256 ? hex(found.ChecksumSHA256) : '',
        };
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },

    async read(key, range) {
      const Range = range && `bytes=${range.start}-${range.end - 1}`;
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...(Range && { Range }) }));
      if (!Body) throw new Error(`Expected the bytes of s3://${bucket}/${key}, got an answer without a body.`);
      return Body.transformToByteArray();
    },
  };
  return lake;
}

const hex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');

/** The status of S3's answer; undefined if there was none. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
