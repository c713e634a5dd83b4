/** Whether every lake object is there, whole and unchanged. */
import { createHash } from 'node:crypto';
import type { Lake } from '#adapters/lake/index.ts';
import type { CommittedDelivery } from './ledger-totals.ts';
import { mapLimited } from './map-limited.ts';
import { type Check, check, locate } from './proof.ts';
import { type ProofOptions, reaches } from './request.ts';

const REQUESTS_AT_ONCE = 8;
const HOUR_MS = 3_600_000;

/** At depth `objects` S3 is asked for rows and checksum, at `rows` the bytes are read and hashed here. */
export async function objectChecks(
  name: string,
  lake: Lake,
  deliveries: readonly CommittedDelivery[],
  { depth, hours = Number.POSITIVE_INFINITY }: Pick<ProofOptions, 'depth' | 'hours'>,
): Promise<Check[]> {
  if (depth === 'books') return [];
  const since = Date.now() - hours * HOUR_MS;
  const objects = deliveries.filter(({ objectKey, committedAt }) => objectKey !== null && committedAt >= since);
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

async function faultOf(lake: Lake, delivery: CommittedDelivery, depth: 'head' | 'read'): Promise<string | undefined> {
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
