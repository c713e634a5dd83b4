/** Is every lake object there, whole and unchanged? */
import { createHash } from 'node:crypto';
import type { Lake } from '#adapters/lake.ts';
import type { DeliveryBooks } from './ledger-books.ts';
import { mapLimited } from './map-limited.ts';
import { type Check, check, place } from './proof.ts';

const REQUESTS_AT_ONCE = 8;

/** @param depth `head` asks S3 for rows and checksum, `read` reads the bytes and hashes them itself */
export async function objectChecks(
  name: string,
  lake: Lake,
  deliveries: readonly DeliveryBooks[],
  depth: 'head' | 'read',
): Promise<Check[]> {
  const objects = deliveries.filter(({ objectKey }) => objectKey !== null);
  const faults = await mapLimited(REQUESTS_AT_ONCE, objects, async (delivery) => {
    const fault = await faultOf(lake, delivery, depth);
    return fault && `${place(delivery)}: s3://${lake.bucket}/${delivery.objectKey} ${fault}`;
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

async function faultOf(lake: Lake, delivery: DeliveryBooks, depth: 'head' | 'read'): Promise<string | undefined> {
  const key = delivery.objectKey as string;
  const object = await lake.head(key);
  if (!object) return 'is missing';
  if (object.rows !== delivery.accepted) return `says ${object.rows} rows, the ledger ${delivery.accepted}`;
  if (object.sourceSha256 !== delivery.sourceSha256) return 'was made from other records';
  if (object.sha256 !== delivery.objectSha256) return 'has another checksum than when it was written';
  if (depth === 'read') {
    const sha256 = createHash('sha256')
      .update(await lake.read(key))
      .digest('hex');
    if (sha256 !== delivery.objectSha256) return 'has other bytes than when it was written';
  }
  return undefined;
}
