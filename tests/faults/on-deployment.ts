/** Strikes a deployment that runs already, under its own traffic, with the faults that its clients can cause. */
import { setTimeout as delay } from 'node:timers/promises';
import { formatCount } from '#cli/numbers.ts';
import { groupOf } from '#domain/streams.ts';
import type { Check, Proof } from '#functions/prove/proof.ts';
import { until } from '#localstack/processes/until.ts';
import { createRandom } from '#simulator/random.ts';
import type { Asked } from './asked.ts';
import { reasonNotToStrike } from './cannot-strike.ts';
import { type OpenDeployment, openDeployment } from './deployment.ts';
import { inTurn } from './in-turn.ts';
import { findKindAnywhere } from './kinds.ts';
import { createOracle, readEnds, type Verdict } from './oracle.ts';
import type { Run } from './record.ts';

const STRIKES_IN_A_ROUND = 5;
const CAUGHT_UP_WITHIN = 600_000;

/**
 * @param say is told each strike and each verdict
 * @throws if the proof isn't balanced before or after a round, a record is lost or doubled, a strike found another fault, or
 *   nothing was tried: no kind struck, or no record flowed
 */
export async function strikeDeployment(
  environment: string,
  { kinds, minutes, seed }: Asked,
  say: (line: string) => void,
): Promise<Run> {
  const deployment = await openDeployment(environment);
  try {
    await expectBalance(deployment, 'before anything was broken', 0);
    const random = createRandom(`faults:${seed}`);
    const next = inTurn(kinds, random);
    const oracle = createOracle(deployment, deployment.lake, await readEnds(deployment.kafka));
    const struck: Record<string, number> = {};
    const unstruck = new Map<string, string>();
    let records = 0;
    for (const end = Date.now() + minutes * 60_000; Date.now() < end; ) {
      for (let left = STRIKES_IN_A_ROUND; left > 0 && Date.now() < end; left--) {
        const name = next();
        const { breaks, strike } = await findKindAnywhere(name);
        say(`${name}: ${breaks}`);
        const reason = await reasonNotToStrike(() => strike(deployment, random)).catch((cause: Error) => {
          throw new Error(`${name} found: ${cause.message}`, { cause });
        });
        if (reason === undefined) struck[name] = (struck[name] ?? 0) + 1;
        else {
          unstruck.set(name, reason);
          say(`${name} did not strike: ${reason}`);
        }
        await delay(random.integer(200, 2_000));
      }
      const verdict = await judge(deployment, oracle);
      records += verdict.records;
      say(`${formatCount(verdict.records)} records, none lost, none doubled, the proof is balanced`);
    }
    if (records === 0) throw new Error('Expected records to flow while it was struck, got none: nothing was tried.');
    if (Object.keys(struck).length === 0)
      throw new Error(
        `Expected a kind to strike, none did: ${[...unstruck].map((each) => each.join(': ')).join('; ')}`,
      );
    const neverStruck = Object.fromEntries([...unstruck].filter(([name]) => struck[name] === undefined));
    return { minutes, seed, records, struck, neverStruck };
  } finally {
    await deployment.close();
  }
}

/** Waits until the records that have come so far are consumed. */
async function judge(deployment: OpenDeployment, oracle: ReturnType<typeof createOracle>): Promise<Verdict> {
  const { kafka } = deployment;
  const ends = await readEnds(kafka);
  for (const [stream, partitions] of ends) {
    const isConsumed = async () => {
      const committed = await kafka.committedOffsets(groupOf(stream), stream.topic);
      return partitions.every(
        ({ partition, earliest, latest }) => latest === earliest || (committed.get(partition) ?? 0) >= latest,
      );
    };
    await until(isConsumed, {
      what: `what has come on ${stream.topic} is consumed`,
      within: CAUGHT_UP_WITHIN,
      every: 500,
    });
  }
  const verdict = await oracle(ends);
  const { lost, doubled } = verdict;
  if (lost.length + doubled.length > 0) throw new Error(`${describe('lost', lost)}; ${describe('doubled', doubled)}`);
  await expectBalance(deployment, 'afterwards', CAUGHT_UP_WITHIN);
  return verdict;
}

const describe = (what: string, places: readonly string[]): string =>
  `${places.length} records ${what}${places.length > 0 ? `: ${places.slice(0, 10).join(', ')}` : ''}`;

/** At the depth of the hourly proof. What is late because of a fault is in time again once it is done. */
async function expectBalance({ call }: OpenDeployment, when: string, within: number): Promise<void> {
  let off: readonly Check[] = [];
  const isBalanced = async () => {
    off = (await call<Proof>('prove', {})).checks.filter(({ balanced }) => !balanced);
    return off.length === 0;
  };
  await until(isBalanced, { what: `the proof is balanced ${when}`, within, every: 5_000 }).catch((cause: Error) => {
    const checks = off.map(({ name, expected, actual }) => `${name} (expected ${expected}, got ${actual})`);
    throw new Error(`The proof isn't balanced ${when}: ${checks.join('; ') || cause.message}`, { cause });
  });
}
