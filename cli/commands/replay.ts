import { parseArgs } from 'node:util';
import { type InventoryReplay, replayInventory } from '#operations/replay-inventory.ts';
import { type Replayed, replayStream, type Start } from '#operations/replay-stream.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { readMoment } from '../moment.ts';
import { formatCount, readWholeNumber } from '../numbers.ts';
import { print } from '../print.ts';
import { table } from '../table.ts';
import { consumedTopics, streamOf } from '../topics.ts';

export const summary = 'Rebuild the stock from its log, or process records of Kafka again';

export const environments = true;

export const usage = `
Usage: npx tillstream replay inventory [--dry-run] [--json]
       npx tillstream replay TOPIC --from-offset N [--partition P] [--json]
       npx tillstream replay TOPIC --from-time TIME [--partition P] [--json]

replay inventory recomputes each product's quantity: its opening quantity plus every processed event of
inventory.events_log. It lists the products that differ, normally none, and corrects them.

replay TOPIC reads the topic from the given place to its end and hands the records to the function that consumes it. The
function skips what the ledger has; what the ledger lacks takes effect, such as everything since the backup from which the
database was restored. It begins at the ledger's position if that is earlier, so that no record is left out.

  --dry-run           list the differences, and change nothing
  --from-offset N     the offset in each partition; 0 is everything that Kafka still holds
  --from-time TIME    ISO 8601, such as 2025-12-11T08:00:00Z
  --partition P       this partition only

Topics: ${consumedTopics.join(', ')}
Exit code: 0 if it succeeded and nothing differed, 1 if a quantity differed.
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean', default: false },
      'from-offset': { type: 'string' },
      'from-time': { type: 'string' },
      partition: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [what, ...rest] = positionals;
  const stream = streamOf(what);
  if (rest.length > 0 || (what !== 'inventory' && !stream))
    throw new UserError(
      `Expected inventory or one of the topics ${consumedTopics.join(', ')}, got ${positionals.join(' ') || 'nothing'}`,
    );
  const answer = <Result>(result: Result, describe: (result: Result) => string) =>
    print(values.json ? JSON.stringify(result) : describe(result));

  if (!stream) {
    const dryRun = values['dry-run'];
    const result = await withBackbone((backbone) => replayInventory(backbone, { dryRun }));
    answer(result, (found) => describeInventory(found, dryRun));
    return result.differing === 0 ? exit.ok : exit.no;
  }

  if (values['dry-run']) throw new UserError('--dry-run goes with `replay inventory`.');
  const start = readStart(values['from-offset'], values['from-time']);
  const partition = readWholeNumber('--partition', values.partition);
  const replayed = await withBackbone((backbone) => replayStream(backbone, { stream, start, partition }));
  answer(replayed, describeStream);
  return exit.ok;
}

/** @throws UserError unless one of both is given, and can be read */
export function readStart(offset: string | undefined, time: string | undefined): Start {
  if ((offset === undefined) === (time === undefined))
    throw new UserError('Expected either --from-offset or --from-time.');
  if (offset !== undefined) return { offset: readWholeNumber('--from-offset', offset) };
  return { time: readMoment('--from-time', time ?? '') };
}

export function describeInventory(replay: InventoryReplay, dryRun: boolean): string {
  const { products, events, differing, differences } = replay;
  const summary = `${formatCount(products)} products replayed from ${formatCount(events)} events: `;
  if (differing === 0) return `${summary}every quantity is what the log says.`;
  const rows = differences.map(({ product_id, quantity_on_hand, according_to_log }) => [
    product_id,
    quantity_on_hand,
    according_to_log,
  ]);
  return [
    `${summary}${formatCount(differing)} differed, ${dryRun ? 'and still do' : 'and are put right now'}.`,
    ...(differing > differences.length ? [`The first ${formatCount(differences.length)} of them:`] : []),
    '',
    table(['product', 'quantity was', 'log says'], rows),
  ].join('\n');
}

function describeStream({ partitions, events, records, applied }: Replayed): string {
  const rows = partitions.map(({ partition, from, to }) => [partition, from, to]);
  const skipped = records - applied;
  return [
    table(['partition', 'from', 'to'], rows),
    '',
    `${formatCount(records)} records in ${formatCount(events)} events: ${formatCount(applied)} took effect, ${formatCount(skipped)} were there before.`,
  ].join('\n');
}
