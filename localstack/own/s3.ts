/** An S3 that somebody else runs, for the lake. LocalStack stays the rest of AWS, with a login of its own. */
import { randomUUID } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { lakeClient, openLake, statusOf } from '#adapters/lake/index.ts';
import { bucketExists, makeBucket, probeLake } from '#adapters/lake/inspect.ts';
import type { LakeAccess } from '../services/lake-access.ts';

export interface OwnS3 {
  readonly access: LakeAccess;
  /** What the stack will make there; empty if all is there. */
  readonly makes: string;
  /** Tells the bucket's lake from any other, such as one made anew under its name. One that has none yet gets it by `prepare`. */
  readonly id: string;
  /** Makes what is missing. @throws if another start has done so since this one looked */
  prepare(): Promise<void>;
  /** The id of the ledger whose lake it is; undefined if it has none yet. */
  owner(): Promise<string | undefined>;
  /** Notes the ledger, unless one is noted. @returns the one that is noted */
  claim(ledger: string): Promise<string>;
}

/** Holds the lake's id. */
const NOTE = 'tillstream-lake.json';
/** Holds the id of its ledger. */
const OWNER = 'tillstream-ledger.json';

/**
 * Looks for a login as every AWS program does: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.
 *
 * @throws if it can't be used, with what was expected of it and what to do
 */
export async function findS3({ endpoint, bucket }: Pick<LakeAccess, 'endpoint' | 'bucket'>): Promise<OwnS3> {
  const where = `Your S3 at ${endpoint}, bucket ${bucket},`;
  const { region, ...login } = await findLogin(lakeClient({ endpoint }), where);
  const client = lakeClient({ endpoint, region, credentials: login });
  const access = { endpoint, bucket, region, ...login };
  const explained = <Answer>(work: Promise<Answer>) =>
    work.catch((cause: Error) => {
      throw new Error(`${where} can't be used: ${sayWhy(cause, region)}.`, { cause });
    });
  const isThere = await explained(bucketExists(client, bucket));
  if (isThere) await explained(probeLake(client, bucket));
  const id = (isThere ? await explained(readId(client, bucket, NOTE)) : undefined) ?? randomUUID();
  return {
    access,
    makes: isThere ? '' : `bucket ${bucket}`,
    id,
    prepare: async () => {
      if (!isThere) {
        await explained(makeBucket(client, bucket, region));
        await explained(probeLake(client, bucket));
      }
      const noted = await explained(noteOnce(client, bucket, NOTE, id));
      if (noted !== id) throw new Error(`${where} became another start's at the same moment: take another bucket.`);
    },
    owner: () => explained(readId(client, bucket, OWNER)),
    claim: (ledger) => explained(noteOnce(client, bucket, OWNER, ledger)),
  };
}

/** @throws if there is none, or one that ends while the stack runs */
async function findLogin(
  client: S3Client,
  where: string,
): Promise<Pick<LakeAccess, 'region' | 'accessKeyId' | 'secretAccessKey'>> {
  const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials().catch((cause: Error) => {
    const wanted = 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE';
    throw new Error(`${where} needs a login: ${wanted} (${cause.message}).`, { cause });
  });
  if (sessionToken)
    throw new Error(`${where} needs a login that lasts, and the one that was found ends by itself: use an access key.`);
  // Servers other than AWS's have a region in name only, which is this one.
  const region = await client.config.region().catch(() => 'us-east-1');
  return { region, accessKeyId, secretAccessKey };
}

/** An answer to HEAD has no words. */
function sayWhy(error: Error, region: string): string {
  const status = statusOf(error);
  if (status === 301 || status === 400)
    return `it answers ${status}, as where the bucket is in another region than ${region}: set AWS_REGION`;
  if (status === 403) return 'it refuses the login, or that it sees the bucket (s3:ListBucket)';
  return error.message;
}

/** @returns the id that is noted, this one or an earlier one */
async function noteOnce(client: S3Client, bucket: string, key: string, id: string): Promise<string> {
  const note = Buffer.from(JSON.stringify({ id }));
  await openLake(bucket, client).putOnce(key, note, { rows: 0, sourceSha256: '' }, 'application/json');
  return (await readId(client, bucket, key)) as string;
}

/** @returns undefined if there is no such note */
async function readId(client: S3Client, bucket: string, key: string): Promise<string | undefined> {
  const lake = openLake(bucket, client);
  if (!(await lake.head(key))) return undefined;
  const { id } = JSON.parse(Buffer.from(await lake.read(key)).toString()) as { id?: unknown };
  if (typeof id !== 'string') throw new Error(`expected {"id": text} in s3://${bucket}/${key}`);
  return id;
}
