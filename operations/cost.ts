/** What the backbone would cost in AWS by list prices, at the rate at which orders come now or at any other. Estimates, not books. */
import { lakeWindows, monthlyCost, PRICED_ON, perMillion, type Size, sizeFor, type WindowCost } from '#domain/cost.ts';
import { streams } from '#domain/streams.ts';
import type { Backbone } from './backbone.ts';
import { streamRate } from './streams/rate.ts';

export interface Cost {
  /** The day of the prices. */
  readonly pricedOn: string;
  /** Orders a second over the last five minutes. */
  readonly rate: number;
  /** What the bill is for; null if none come, and no other rate was asked for. */
  readonly bill: Bill | null;
}

/** Dollars a month. */
export interface Bill {
  readonly ordersPerDay: number;
  /** What is made for so many orders. */
  readonly size: Size;
  readonly services: readonly { readonly name: string; readonly dollars: number }[];
  readonly total: number;
  readonly perMillionOrders: number;
  /** Of each stream of the lake: its window as configured for the cloud, then wider ones. */
  readonly streams: readonly { readonly topic: string; readonly windows: readonly WindowCost[] }[];
}

/** Fewer tell nothing: what is always on would be shared by a handful. */
const FEWEST_PER_DAY = 1;

const SECONDS_OF_DAY = 86_400;

/** @param ordersPerDay instead of the present rate */
export async function estimateCost(backbone: Pick<Backbone, 'pool'>, ordersPerDay?: number): Promise<Cost> {
  const rate = await streamRate(backbone, streams.orders);
  const perDay = ordersPerDay ?? rate * SECONDS_OF_DAY;
  return { pricedOn: PRICED_ON, rate, bill: perDay < FEWEST_PER_DAY ? null : billFor(perDay) };
}

export function billFor(ordersPerDay: number): Bill {
  const size = sizeFor(ordersPerDay);
  const services = Object.entries(monthlyCost(size)).map(([name, dollars]) => ({ name, dollars }));
  const total = services.reduce((sum, { dollars }) => sum + dollars, 0);
  return {
    ...{ ordersPerDay, size, services, total },
    perMillionOrders: perMillion(total, ordersPerDay),
    streams: lakeWindows(ordersPerDay),
  };
}
