import { parseArgs } from 'node:util';
import { type LakeCell, type LakeLook, lookAtLake } from '#operations/lake/days.ts';
import { NoSuchObject, type VerifiedObject, verifyObject } from '#operations/lake/object.ts';
import { type ListedObject, listObjects } from '#operations/lake/objects.ts';
import { FIRST_ZONE, isOfDay, zoneNames } from '#operations/lake/zones.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { formatCount, readWholeNumber } from '../numbers.ts';
import { print } from '../print.ts';
import { table } from '../table.ts';

export const summary = 'Show the lake’s objects by day and partition, and verify one';

export const environments = true;

export const usage = `
Usage: npx tillstream lake [--zone ZONE] [--json]
       npx tillstream lake [--zone ZONE] --day DAY [--after KEY] [--limit N] [--json]
       npx tillstream lake --verify KEY [--json]

Of each of the last 7 days that have objects, and of earlier ones whose objects wait, by partition: how many, their size, and how many
wait for the job that loads or aggregates them, if there is one; then how many objects a day, at the present rate and with wider windows, and what they cost. With --day: its objects.
The figures are the ledger's.

  --zone        raw: the orders (default); bronze: what shoppers do; or the topic of a stream of your own that goes to the lake
  --day DAY     such as 2025-12-11, by Kafka's timestamps
  --after KEY   go on behind this object
  --limit N     objects to list, up to 500 (default: 100)
  --verify KEY  read this object whole: has it the rows, the bytes and the checksum that the ledger has?

Exit code: 1 if an object is not what the ledger says, or if there is none.
`;

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      zone: { type: 'string' },
      day: { type: 'string' },
      after: { type: 'string' },
      limit: { type: 'string' },
      verify: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { day, after, verify, json } = values;
  const say = <Result>(result: Result, describe: (result: Result) => string) =>
    print(json ? JSON.stringify(result) : describe(result));
  if (verify !== undefined) {
    if ([values.zone, day, after, values.limit].some((given) => given !== undefined))
      throw new UserError('--verify takes a key and --json only.');
    const verified = await withBackbone((backbone) => verifyObject(backbone, verify)).catch((cause: unknown) => {
      if (cause instanceof NoSuchObject) throw new UserError(cause.message, { cause });
      throw cause;
    });
    say(verified, describeVerified);
    return verified.same ? exit.ok : exit.no;
  }
  const zone = readZone(values.zone);
  if (day === undefined) {
    if (after !== undefined || values.limit !== undefined) throw new UserError('--after and --limit need --day.');
    const look = await withBackbone((backbone) => lookAtLake(backbone, zone));
    say(look, describeLake);
    return look.cells.length > 0 ? exit.ok : exit.no;
  }
  const limit = readWholeNumber('--limit', values.limit, { min: 1, max: 500 }) ?? 100;
  const date = readDay(day);
  if (after !== undefined && !isOfDay(zone, date, after))
    throw new UserError(`--after: expected a key of ${date}, got ${after}`);
  const page = await withBackbone((backbone) => listObjects(backbone, zone, date, { after, limit }));
  say(page, describeObjects);
  return page.rows.length > 0 ? exit.ok : exit.no;
}

function readZone(given = FIRST_ZONE): string {
  if (zoneNames.includes(given)) return given;
  throw new UserError(`--zone: expected ${zoneNames.join(' or ')}, got ${given}`);
}

export function readDay(given: string): string {
  const date = new Date(`${given}T00:00:00Z`);
  if (!Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === given) return given;
  throw new UserError(`--day: expected a day such as 2025-12-11, got ${given}`);
}

export function describeLake({ zone, topic, job, cells, isCut, rate, windows }: LakeLook): string {
  if (cells.length === 0) return `No object of ${topic} is in the lake yet.`;
  const days = cells.map(({ at, partition, objects, rows, bytes, smallest, waiting }: LakeCell) => [
    ...[at, partition, objects, rows, bytes, smallest],
    Math.round(bytes / objects),
    waiting,
  ]);
  const costs = windows.map(({ seconds, objectsPerDay, requests }, index) => [
    `${seconds} s${index === 0 ? ', as configured' : ''}`,
    formatCount(Math.round(objectsPerDay)),
    `$${requests.toFixed(2)}`,
  ]);
  return [
    `${zone}: objects of ${topic}, ${job === null ? 'which no job takes from there' : `which ${job} takes from there`}.${isCut ? ' There are other days before.' : ''}`,
    table(['day', 'partition', 'objects', 'rows', 'bytes', 'smallest', 'mean', 'waiting'], days),
    `At ${rate.toFixed(1)} records a second, in AWS:`,
    table(['window', 'objects a day', 'S3 requests a month'], costs),
  ].join('\n\n');
}

export function describeObjects({
  rows,
  next,
}: {
  readonly rows: readonly ListedObject[];
  readonly next: string | null;
}): string {
  if (rows.length === 0) return 'No objects.';
  const list = table(
    ['key', 'rows', 'bytes', 'done'],
    rows.map(({ key, rows: each, bytes, doneAt }) => [
      key,
      each,
      bytes,
      doneAt === undefined ? '' : (doneAt ?? 'waits'),
    ]),
  );
  return next === null ? list : `${list}\n\nGo on with --after ${next}`;
}

export const describeVerified = ({ key, rows, bytes, sha256, same, fault }: VerifiedObject): string =>
  same ? `✓ ${key}: ${rows} rows, ${bytes} bytes, sha256 ${sha256}, as the ledger has it` : `✗ ${key} ${fault}`;
