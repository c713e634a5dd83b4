/** What the page asks about the lake and its objects, and about what all costs. */
import { basename } from 'node:path';
import { z } from 'zod';
import { estimateCost } from '#operations/cost.ts';
import { lookAtLake } from '#operations/lake/days.ts';
import { NoSuchObject, readObject, verifyObject } from '#operations/lake/object.ts';
import { listObjects } from '#operations/lake/objects.ts';
import { zoneNames } from '#operations/lake/zones.ts';
import { live } from './answer.ts';
import { Refusal } from './refusal.ts';
import { limit, type Route, route, wholeNumber } from './route.ts';

const zone = z.enum(zoneNames);
const day = z.iso.date();
/** S3 has none that is longer. */
const key = z.string().min(1).max(1_024);

export const lakeRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/lake/:zone', right: 'look', operation: lookAtLake },
    asks: { zone, day: day.optional() },
    answer: ({ zone, day }, { backbone }) => lookAtLake(backbone, zone, day),
  }),
  route({
    ...{ method: 'GET', path: '/api/lake/:zone/objects', right: 'look', operation: listObjects },
    asks: { zone, day, after: key.optional(), limit },
    answer: ({ zone, day, after, limit }, { backbone }) => listObjects(backbone, zone, day, { after, limit }),
  }),
  route({
    ...{ method: 'POST', path: '/api/lake/verify', right: 'read', operation: verifyObject },
    asks: { key },
    answer: ({ key }, { backbone }) => verifyObject(backbone, key).catch(refuseWhatIsNotThere),
  }),
  route({
    ...{ method: 'GET', path: '/api/lake/:zone/object', right: 'read', operation: readObject },
    asks: { zone, key },
    async answer({ key }, { backbone }) {
      const bytes = await readObject(backbone, key).catch(refuseWhatIsNotThere);
      return new Response(Buffer.from(bytes), {
        headers: {
          ...live('application/octet-stream'),
          'content-length': String(bytes.length),
          'content-disposition': `attachment; filename="${basename(key).replaceAll(/[^\w.-]/g, '_')}"`,
        },
      });
    },
  }),
  route({
    ...{ method: 'GET', path: '/api/cost', right: 'look', operation: estimateCost },
    asks: { day: wholeNumber.pipe(z.number().min(1).max(1_000_000_000)).optional() },
    answer: ({ day }, { backbone }) => estimateCost(backbone, day),
  }),
];

function refuseWhatIsNotThere(cause: unknown): never {
  if (cause instanceof NoSuchObject) throw new Refusal(404, 'not_found', cause.message, { cause });
  throw cause;
}
