/** Runs contenders one after the other on the same input, each in a process of its own. */
import { execFileSync } from 'node:child_process';

export interface Contender {
  readonly name: string;
  /** What a reader must know to compare its figures. */
  readonly remark: string;
  readonly command: readonly [program: string, ...args: string[]];
}

export interface Cost {
  readonly rows: number;
  /** Size of the files, if it writes files. */
  readonly bytes?: number;
  /** From the first to the last row, if the rate matters. */
  readonly wallSeconds?: number;
  readonly clientSeconds: number;
  /** CPU seconds of the database's processes during the run. */
  readonly serverSeconds: number;
}

export type Standing = Contender & Cost;

interface Surroundings {
  /** Restores the same initial state before each run. */
  prepare?(): Promise<void>;
  /** CPU seconds that the server has used so far. */
  serverCpu?(): number;
}

/** Runs every contender `rounds` times, in turns, and keeps the cheapest run of each. */
export async function contest(
  contenders: readonly Contender[],
  rounds: number,
  { prepare, serverCpu = () => 0 }: Surroundings = {},
): Promise<Standing[]> {
  const best = new Map<Contender, Cost>();
  for (let round = 1; round <= rounds; round++)
    for (const contender of contenders) {
      await prepare?.();
      console.error(`round ${round}: ${contender.name}`);
      const before = serverCpu();
      const cost = run(contender);
      const total = { ...cost, serverSeconds: serverCpu() - before };
      const earlier = best.get(contender);
      if (!earlier || seconds(total) < seconds(earlier)) best.set(contender, total);
    }
  return [...best].map(([contender, cost]) => ({ ...contender, ...cost }));
}

export const seconds = ({ clientSeconds, serverSeconds }: Cost): number => clientSeconds + serverSeconds;

function run({ command: [program, ...args] }: Contender): Omit<Cost, 'serverSeconds'> {
  const output = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const { rows, bytes, cpuSeconds, wallSeconds } = JSON.parse(output.trim().split('\n').at(-1) ?? '{}') as {
    rows: number;
    bytes?: number;
    cpuSeconds: number;
    wallSeconds?: number;
  };
  return {
    rows,
    clientSeconds: cpuSeconds,
    ...(bytes !== undefined && { bytes }),
    ...(wallSeconds !== undefined && { wallSeconds }),
  };
}
