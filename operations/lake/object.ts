/** One object of the lake: whether it is what the ledger says, and its bytes. */
import { faultOf, type Written } from '#functions/prove/object-checks.ts';
import type { Backbone } from '../backbone.ts';

export interface VerifiedObject {
  readonly key: string;
  /** As the ledger has them: of an object that is the same, its own too. */
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Whether rows, bytes, checksum and the hash of its records are those that the ledger has. */
  readonly same: boolean;
  /** What differs; null if nothing does. */
  readonly fault: string | null;
  /** That reading and hashing it took. */
  readonly seconds: number;
}

/** The ledger has no committed object of this key: what else may lie in the bucket, nobody reads. */
export class NoSuchObject extends Error {
  override readonly name = 'NoSuchObject';
}

const WRITTEN = `
  select
    object_key as "objectKey",
    accepted,
    source_sha256 as "sourceSha256",
    object_sha256 as "objectSha256",
    object_bytes as "objectBytes"
  from ledger.deliveries
  where object_key = $1 and state = 'committed'`;

async function written({ pool }: Pick<Backbone, 'pool'>, key: string): Promise<Written> {
  const { rows } = await pool.query<Written>(WRITTEN, [key]);
  if (rows[0]) return rows[0];
  throw new NoSuchObject(`The ledger has no object ${key}.`);
}

/**
 * Reads it whole, as the proof does at depth `rows`.
 *
 * @throws NoSuchObject
 */
export async function verifyObject(backbone: Pick<Backbone, 'pool' | 'lake'>, key: string): Promise<VerifiedObject> {
  const delivery = await written(backbone, key);
  const began = performance.now();
  const fault = (await faultOf(backbone.lake, delivery, 'read')) ?? null;
  return {
    key,
    rows: delivery.accepted,
    bytes: delivery.objectBytes ?? 0,
    sha256: delivery.objectSha256 ?? '',
    ...{ same: fault === null, fault },
    seconds: (performance.now() - began) / 1_000,
  };
}

/** @throws NoSuchObject */
export async function readObject(backbone: Pick<Backbone, 'pool' | 'lake'>, key: string): Promise<Uint8Array> {
  await written(backbone, key);
  return backbone.lake.read(key);
}
