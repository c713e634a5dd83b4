import { describe, expect, it } from 'vitest';
import { environmentNamed } from '#cdk/config/environments.ts';
import { archivingCost, consumption, monthlyCost, sizes } from '#domain/cost.ts';
import { readText } from '../docker/files.ts';
import { tables } from './cost-tables.ts';

const total = (costs: Record<string, number>): number => Object.values(costs).reduce((sum, each) => sum + each, 0);

describe('docs/cost.md', () => {
  it.each(Object.entries(tables()))('has the table %s as computed from the prices', (_, table) => {
    expect(readText('docs/cost.md')).toContain(table);
  });
});

describe('the cost', () => {
  it('begins with the sizes of environment prod', () => {
    const { backbone } = environmentNamed('prod');
    if (backbone.kind !== 'made') throw new Error('prod makes its own Kafka and database');
    const { kafka, database, network } = backbone;
    const [{ broker, brokers, database: instance }] = sizes;
    expect([broker, brokers, instance]).toEqual([kafka.brokerType, network.zones, database.instanceType]);
    expect(database.multiAz).toBe(true);
  });

  it('grows with the orders, and slower than they do', () => {
    const [small = 0, middle = 0, large = 0] = sizes.map((size) => total(monthlyCost(size)));
    expect(middle).toBeGreaterThan(small);
    expect(large).toBeGreaterThan(middle);
    expect(large).toBeLessThan(100 * small);
  });

  it('depends on the window for a quiet stream, on the records for a busy one and for one that has hardly any', () => {
    const quiet = consumption(100_000, 5);
    expect(quiet.invocations).toBe((730 * 3_600) / 5);
    const seldom = consumption(1_000, 5);
    expect(seldom.invocations).toBeCloseTo((1_000 * 730) / 24);
    const busy = consumption(10_000_000_000, 5);
    expect(busy.invocations).toBeCloseTo((10_000_000_000 * 730) / 24 / 10_000, 0);
  });

  it('falls with a longer window, for archiving', () => {
    for (const { ordersPerDay } of sizes) {
      const { 'archive-orders, window of 5 s': five = 0, 'archive-orders, window of 60 s': sixty = 0 } =
        archivingCost(ordersPerDay);
      expect(sixty).toBeLessThan(five);
    }
  });
});
