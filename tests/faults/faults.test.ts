/** Faults between simulator and warehouse: one group after another, on a shared pipeline. Use each seed once. */
import { afterAll, describe } from 'vitest';
import { asked } from './asked.ts';
import { stopSharedPipeline } from './shared-pipeline.ts';

afterAll(stopSharedPipeline);

if (asked) await import('./at-random.ts');
else {
  // First, since it expects that nothing has been announced yet.
  describe('movements of stock', async () => {
    await import('./inventory.ts');
  });

  describe('loads on arrival', async () => {
    await import('./on-arrival.ts');
  });

  describe('killed processes', async () => {
    await import('./killed.ts');
  });

  describe('outages', async () => {
    await import('./outages.ts');
  });

  describe('at random', async () => {
    await import('./at-random.ts');
  });
}
