/** Whether the totals that the ledger keeps for those who look all the time are the sums of its deliveries and loads. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { plus, sumOf } from './delivery-sums.ts';
import type { LedgerTotals } from './ledger-totals.ts';
import { type Check, check } from './proof.ts';
import { query } from './queries.ts';
import { type DeliverySums, ofStream, type Scope } from './scope.ts';
import { sum } from './sum.ts';

/** A row of ledger.delivery_totals. */
export interface DeliveryTotals {
  readonly partition: number;
  readonly deliveries: number;
  readonly records: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly objects: number;
}

/** A row of ledger.load_totals. */
export interface LoadTotals {
  readonly loads: number;
  readonly rows: number;
  readonly inserted: number;
  readonly duplicates: number;
  readonly conflicts: number;
}

export interface Counted {
  readonly deliveries: readonly DeliveryTotals[];
  /** Undefined if nothing was loaded yet. */
  readonly loads: LoadTotals | undefined;
}

export async function readCounted(transaction: Transaction, { consumer, topic }: Stream): Promise<Counted> {
  const deliveries = await query<DeliveryTotals>(transaction, 'ledger_delivery_totals', [consumer, topic]);
  const [loads] = await query<LoadTotals>(transaction, 'ledger_load_totals', [consumer, topic]);
  return { deliveries, loads };
}

/**
 * What is closed is in the totals too, by the sums of its note. These don't say how many objects and loads it has: a proof that doesn't
 * read everything only looks at how many objects wait to be loaded, since none that is closed does.
 */
export function totalsCheck(
  stream: Stream,
  { partitions, deliveries }: LedgerTotals,
  counted: Counted,
  scope: Scope,
): Check {
  const { topic } = stream;
  const read = Map.groupBy(deliveries, ({ partition }) => partition);
  const closed = new Map(scope.all ? [] : ofStream(scope.partitions, stream).map((note) => [note.partition, note]));
  const totals = new Map(counted.deliveries.map((row) => [row.partition, row]));
  const known = new Set([...partitions.map(({ partition }) => partition), ...totals.keys(), ...read.keys()]);
  const off: string[] = [];
  let all = sumOf([]);
  for (const partition of known) {
    const own = read.get(partition) ?? [];
    const sums = plus(closed.get(partition) ?? sumOf([]), sumOf(own));
    all = plus(all, sums);
    const objects = scope.all && { objects: own.filter(hasObject).length };
    const texts = differences(totals.get(partition), { ...deliveriesIn(sums), ...objects });
    off.push(...texts.map((text) => `${topic} partition ${partition}: ${text}`));
  }
  const loads = scope.all && { loads: deliveries.filter(({ load }) => load !== null).length };
  off.push(...differences(counted.loads, { ...loadsIn(all), ...loads }).map((text) => `${topic}, loads: ${text}`));
  if (stream.consumer === streams.orders.consumer) {
    const unloaded = sum(counted.deliveries, ({ objects }) => objects) - (counted.loads?.loads ?? 0);
    const waiting = deliveries.filter((delivery) => hasObject(delivery) && delivery.load === null).length;
    if (unloaded !== waiting) off.push(`${topic}: ${unloaded} objects wait to be loaded by the totals, ${waiting} do`);
  }
  const compared = known.size + 1;
  const name = `${topic}: totals are the sums of deliveries and loads`;
  return check(name, compared, compared - Math.min(off.length, compared), off);
}

const hasObject = ({ objectKey }: LedgerTotals['deliveries'][number]): boolean => objectKey !== null;

/** What was rejected follows: the table takes no delivery whose records aren't accepted, duplicates or rejected. */
const deliveriesIn = ({ deliveries, records, accepted, duplicates }: DeliverySums) => ({
  ...{ deliveries, records, accepted, duplicates },
  rejected: records - accepted - duplicates,
});

const loadsIn = ({ inserted, repeats, conflicts }: DeliverySums) => ({
  ...{ inserted, conflicts, duplicates: repeats },
  rows: inserted + repeats + conflicts,
});

/** @param row undefined if there is none, which counts as 0 */
function differences<Row extends object>(row: Row | undefined, expected: Partial<Row>): string[] {
  return (Object.keys(expected) as (keyof Row & string)[]).flatMap((name) => {
    const total = row?.[name] ?? 0;
    return total === expected[name] ? [] : [`${name} is ${total} in the totals, ${expected[name]} in the ledger`];
  });
}
