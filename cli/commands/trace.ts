import { parseArgs } from 'node:util';
import { LONGEST_ID, type Place } from '#operations/trace/place.ts';
import { trace } from '#operations/trace/trace.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { readText } from '../given.ts';
import { formatCount } from '../numbers.ts';
import { print, printProgress } from '../print.ts';
import { facts } from '../table.ts';

export const summary = 'Follow an order, event, payment or product from Kafka to the lake and the tables';

export const environments = true;

export const usage = `
Usage: npx tillstream trace ID [--json]

Shows every place that has the id of an order, a payment, a user event, a stock movement or a product: its records in Kafka,
their deliveries in the ledger, its objects in the lake, its rows in the shop's tables, the warehouse, curated, payments and the
stock's log, and its dead letters. Of each place it shows the newest 20, and of Kafka's records ten.

The ledger knows which few objects may hold the id. Those that were written before it knew are all read, which takes longer the
more there are. Exit code 1 if nothing was found.
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean' } } });
  if (positionals.length !== 1)
    throw new UserError(
      `Expected one id, of an order, event, payment or product, got ${positionals.join(' ') || 'nothing'}`,
    );
  const id = readText('id', positionals[0], LONGEST_ID);
  const places = await withBackbone((backbone) => trace(backbone, id, showProgress));
  if (values.json) print(JSON.stringify(places));
  else if (places.length === 0)
    print(`${id} is in no record that was consumed, no object of the lake, no row and no dead letter.`);
  else print(places.map(describe).join('\n'));
  return places.length > 0 ? exit.ok : exit.no;
}

const describe = ({ place, facts: known }: Place): string => `${place}\n${facts(known, '  ')}`;

/** Fewer objects than these are read before anybody could read how many they are. */
const WORTH_TELLING = 20;

function showProgress(read: number, objects: number): void {
  if (objects < WORTH_TELLING) return;
  printProgress(read < objects ? `${formatCount(read)} of ${formatCount(objects)} objects read` : '');
}
