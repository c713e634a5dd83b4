/** Recomputes the stock from its log: each product's opening quantity plus every processed event. */
import type { InventoryReplay } from '#functions/replay-inventory/replay-inventory.ts';
import type { Backbone } from './backbone.ts';

export type { InventoryReplay };

/** @param dryRun find what differs, and correct nothing */
export const replayInventory = (
  { invoke }: Pick<Backbone, 'invoke'>,
  { dryRun }: { readonly dryRun: boolean },
): Promise<InventoryReplay> => invoke<InventoryReplay>('replay-inventory', { dry_run: dryRun });
