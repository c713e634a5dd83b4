/** `npm start -- --once`: one finite run through everything, including the DAG. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Proof } from '#functions/prove/proof.ts';
import { isFree } from '#localstack/processes/ports.ts';
import { createExpectation } from '#simulator/expectation.ts';
import { simulate } from '#simulator/simulator.ts';
import { type Home, launch, leftovers, newHome } from '../support/command.ts';
import { expectedTotals } from '../support/expected.ts';
import { ROUND } from '../support/readme.ts';

const ORDERS = Number(ROUND[ROUND.indexOf('--orders') + 1]);
let home: Home;

beforeAll(async () => {
  home = await newHome();
});
afterAll(() => home.remove());

describe('npm start -- --once', () => {
  it('ends with a balanced proof and the numbers that the simulator expects', async () => {
    const { exit, output } = launch(home, 'start.mjs', ...ROUND, '--timings');
    expect({ code: await exit, log: output.stderr }).toMatchObject({ code: 0 });
    const phases = ['services and deployment', 'producing', 'DAG curate_orders', 'proof'];
    // Only Linux tells the processor time of others.
    const services = process.platform === 'linux' ? ['PostgreSQL'] : [];
    for (const each of [...phases, ...services]) expect(output.stderr).toMatch(new RegExp(`^${each} +\\d+`, 'm'));

    const [line, ...more] = output.stdout.trim().split('\n').reverse();
    expect(more).toEqual([]);
    const proof = JSON.parse(line ?? '') as Proof;
    const expected = createExpectation();
    expected.add(simulate({ seed: 7, count: ORDERS }));
    expect(expected.totals().orders.accepted).toBe(ORDERS);
    expect(proof.balanced).toBe(true);
    expect(proof.streams).toEqual(expectedTotals(expected.totals()));
    const stock = proof.checks.find(({ name }) => name.startsWith('inventory: stock'));
    expect(stock?.actual).toBe([...expected.stock().values()].reduce((sum, onHand) => sum + onHand, 0));
    expect(proof.checks.filter(({ balanced }) => !balanced)).toEqual([]);
  });

  it('leaves no process and no port behind', async () => {
    expect(leftovers(home)).toEqual([]);
    expect(await Promise.all(home.ports.map(isFree))).toEqual(home.ports.map(() => true));
  });

  it('can be stopped while it starts, and exits with 2', async () => {
    const { process: started, exit, output } = launch(home, 'start.mjs', '--once');
    await new Promise<void>((resolve) =>
      started.stderr?.on('data', () => output.stderr.includes('starting') && resolve()),
    );
    started.kill('SIGINT');
    expect(await exit).toBe(2);
    expect(output.stdout).toBe('');
    expect(await Promise.all(home.ports.map(isFree))).toEqual(home.ports.map(() => true));
  });
});
