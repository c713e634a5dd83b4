/** The events that every contender encodes: one file each, as Lambda would deliver them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { batches } from '../orders.ts';

export function writeEvents(folder: string, count: number, batchSize: number): void {
  mkdirSync(folder, { recursive: true });
  for (const batch of batches(count, batchSize)) {
    const name = `event_${String(batch[0]?.offset).padStart(9, '0')}.json`;
    writeFileSync(join(folder, name), JSON.stringify({ eventSource: 'aws:kafka', records: { 'orders-0': batch } }));
  }
}
