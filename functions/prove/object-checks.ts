/** Whether every lake object is there, whole and unchanged. */
import { createHash } from 'node:crypto';
import type { Lake } from '#adapters/lake/index.ts';
import type { CommittedDelivery } from './ledger-totals.ts';
import { mapLimited } from './map-limited.ts';
import { type Check, check, locate } from './proof.ts';
import { type ProofOptions, reaches } from './request.ts';

const REQUESTS_AT_ONCE = 32;

/** Of one stream in one proof; the next one asks for those behind. */
const MOST_HEADS = 100_000;

/** The objects that this proof looks at: the oldest if there are too many, as at the first proof after an upgrade. */
export function objectsToCheck(
  deliveries: readonly CommittedDelivery[],
  { depth, all = false }: Pick<ProofOptions, 'depth' | 'all'>,
  most = MOST_HEADS,
): readonly CommittedDelivery[] {
  if (depth === 'books') return [];
  const objects = deliveries.filter(({ objectKey }) => objectKey !== null);
  if (all || reaches(depth, 'rows') || objects.length <= most) return objects;
  return objects.toSorted((a, b) => a.deliveryId - b.deliveryId).slice(0, most);
}

/** At depth `objects` S3 is asked for rows and checksum, at `rows` the bytes are read and hashed here. */
export async function objectChecks(
  name: string,
  lake: Lake,
  objects: readonly CommittedDelivery[],
  { depth }: Pick<ProofOptions, 'depth'>,
): Promise<Check[]> {
  if (depth === 'books') return [];
  const faults = await mapLimited(REQUESTS_AT_ONCE, objects, async (delivery) => {
    const fault = await faultOf(lake, delivery, reaches(depth, 'rows') ? 'read' : 'head');
    return fault && `${locate(delivery)}: s3://${lake.bucket}/${delivery.objectKey} ${fault}`;
  });
  const off = faults.filter((fault) => fault !== undefined);
  return [
    check(
      `${name}: objects in the lake with their rows and checksum`,
      objects.length,
      objects.length - off.length,
      off,
    ),
  ];
}

/** What the ledger says of an object. */
export type Written = Pick<
  CommittedDelivery,
  'objectKey' | 'accepted' | 'sourceSha256' | 'objectSha256' | 'objectBytes'
>;

/** @returns what is wrong with it, if anything is */
export async function faultOf(lake: Lake, delivery: Written, depth: 'head' | 'read'): Promise<string | undefined> {
  const key = delivery.objectKey as string;
  const object = await lake.head(key);
  if (!object) return 'is missing';
  if (object.rows !== delivery.accepted) return `says ${object.rows} rows, the ledger ${delivery.accepted}`;
  if (object.sourceSha256 !== delivery.sourceSha256) return 'was made from other records';
  if (object.sha256 !== delivery.objectSha256) return 'has another checksum than when it was written';
  if (object.bytes !== delivery.objectBytes)
    return `has ${object.bytes} bytes, the ledger says ${delivery.objectBytes}`;
  if (depth === 'read') {
    const sha256 = createHash('sha256')
      .update(await lake.read(key))
      .digest('hex');
    if (sha256 !== delivery.objectSha256) return 'has other bytes than when it was written';
  }
  return undefined;
}
