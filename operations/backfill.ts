/** Fills a field that orders got later into rows from before, call by call, until all objects have been looked at. */
import { streams } from '#domain/streams.ts';
import type { Backfilled } from '#functions/load-orders/backfill.ts';
import type { Backbone } from './backbone.ts';

export interface Backfill {
  readonly field: string;
  /** Who asks for it. */
  readonly by: string;
  /** Say how many rows would be filled, and fill none. */
  readonly dryRun: boolean;
}

/** @throws if the function refuses; what the calls before have filled stays, and a repeated one goes on */
export async function backfill(
  { invoke }: Pick<Backbone, 'invoke'>,
  { field, by, dryRun }: Backfill,
): Promise<Pick<Backfilled, 'objects' | 'filled'>> {
  const total = { objects: 0, filled: 0 };
  for (let after: number | null = 0; after !== null; ) {
    const request = { action: 'backfill', field, filled_by: by, after, dry_run: dryRun };
    const done: Backfilled = await invoke<Backfilled>('load-orders', request);
    total.objects += done.objects;
    total.filled += done.filled;
    after = done.next;
  }
  return total;
}

/** Topics whose rows come from objects of the lake, which keep what was unknown. */
export const backfilled: readonly string[] = [streams.orders.topic];
