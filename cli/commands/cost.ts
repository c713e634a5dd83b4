import { parseArgs } from 'node:util';
import { type Cost, estimateCost } from '#operations/cost.ts';
import { withBackbone } from '../backbone.ts';
import { exit } from '../command.ts';
import { formatCount, readWholeNumber } from '../numbers.ts';
import { print } from '../print.ts';
import { table } from '../table.ts';

export const summary = 'Estimate what it would cost in AWS, at the present rate of orders or another';

export const usage = `
Usage: npx tillstream cost [--orders-per-day N] [--json]

The month's bill by service, by list prices, for environment prod or what is larger; what a million orders costs; and what wider windows
of the lake's streams would save. The present rate is that of the last five minutes. docs/cost.md says what the numbers rest on.

  --orders-per-day N   instead of the present rate

Exit code: 1 if no orders come and no rate is given.
`;

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { 'orders-per-day': { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const perDay = readWholeNumber('--orders-per-day', values['orders-per-day'], { min: 1, max: 1_000_000_000 });
  const cost = await withBackbone((backbone) => estimateCost(backbone, perDay));
  print(values.json ? JSON.stringify(cost) : describeCost(cost));
  return cost.bill ? exit.ok : exit.no;
}

const dollars = (amount: number): string => `$${amount < 10 ? amount.toFixed(2) : formatCount(Math.round(amount))}`;

export function describeCost({ pricedOn, rate, bill }: Cost): string {
  if (!bill)
    return 'No orders have come for five minutes. For another rate: npx tillstream cost --orders-per-day 1000000';
  const services = bill.services.map(({ name, dollars: each }) => [name, dollars(each)]);
  const windows = bill.streams.flatMap(({ topic, windows }) =>
    windows.map((window, index) => [
      topic,
      `${window.seconds} s${index === 0 ? ', as configured' : ''}`,
      formatCount(Math.round(window.objectsPerDay)),
      dollars(window.dollars),
    ]),
  );
  return [
    `${formatCount(Math.round(bill.ordersPerDay))} orders a day (now ${rate.toFixed(1)} a second). US dollars a month, list prices of ${pricedOn}: check before use.`,
    table(['service', 'a month'], [...services, ['total', dollars(bill.total)]]),
    `${dollars(bill.perMillionOrders)} a million orders.`,
    table(['stream', 'window', 'objects a day', 'a month'], windows),
  ].join('\n\n');
}
