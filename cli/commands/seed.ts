/** `npx tillstream seed`: gives the shop a history of orders. */
import { parseArgs } from 'node:util';
import { seedOrders } from '#simulator/seed.ts';
import { withBackbone } from '../backbone.ts';
import { exit } from '../command.ts';
import { formatCount, readWholeNumber } from '../numbers.ts';
import { print } from '../print.ts';

export const summary = 'Fill shop.orders with a history of a million orders';

const ORDERS = 1_000_000;
const MOST_ORDERS = 100_000_000;

export const usage = `
Usage: npx tillstream seed [--orders N] [--seed N] [--json]

Writes the orders of the year before the synthetic stream begins, with their customers and products, into the database of
the running stack. Existing rows stay: the same seed again adds nothing, a larger --orders adds the rest, and another seed
adds a history of its own. The DAG curate_orders copies them to curated.fact_orders.

  --orders N   total number of orders of this seed (default: ${formatCount(ORDERS)})
  --seed N     whole number; the same seed gives the same orders (default: 1)
  --json       print {"seed", "added", "total", "seconds"}
`;

export interface SeedCommand {
  readonly orders: number;
  readonly seed: number;
  readonly json: boolean;
}

/** @throws UserError naming the option that is wrong */
export function readArguments(args: readonly string[]): SeedCommand {
  const { values } = parseArgs({
    args: [...args],
    options: { orders: { type: 'string' }, seed: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  return {
    orders: readWholeNumber('--orders', values.orders, { min: 1, max: MOST_ORDERS }) ?? ORDERS,
    seed: readWholeNumber('--seed', values.seed) ?? 1,
    json: values.json,
  };
}

export async function run(args: string[]): Promise<number> {
  const { orders, seed, json } = readArguments(args);
  const began = performance.now();
  const { added, total } = await withBackbone(({ pool }) => seedOrders(pool, seed, orders));
  const seconds = Number(((performance.now() - began) / 1000).toFixed(1));
  print(
    json
      ? JSON.stringify({ seed, added, total, seconds })
      : `${formatCount(added)} orders added in ${seconds} s (seed ${seed}); shop.orders has ${formatCount(total)}.`,
  );
  return exit.ok;
}
