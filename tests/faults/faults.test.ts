/** What breaks between simulator and warehouse, one group after the other on one pipeline. Each seed is used once. */
import { afterAll, describe } from 'vitest';
import { stopSharedPipeline } from './shared-pipeline.ts';

afterAll(stopSharedPipeline);

// First: it expects topics that nothing was announced on.
describe('movements of stock', async () => {
  await import('./inventory.ts');
});

describe('killed processes', async () => {
  await import('./killed.ts');
});

// Last: it leaves a function with less time.
describe('outages', async () => {
  await import('./outages.ts');
});
