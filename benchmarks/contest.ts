/** Runs contenders one after the other on the same input, each in a process of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Contender {
  readonly name: string;
  /** What a reader must know to compare its figures. */
  readonly remark: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** One process runs all of its rounds (rounds.ts), since its functions' environments are warm, too. */
  readonly staysWarm?: boolean;
}

/** What a contender's process writes as JSON after a round. */
export interface Measured {
  readonly rows: number;
  readonly bytes?: number;
  readonly wallSeconds?: number;
  readonly cpuSeconds: number;
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
  const warm = new Map(contenders.filter(({ staysWarm }) => staysWarm).map((each) => [each, start(each)]));
  try {
    for (let round = 1; round <= rounds; round++)
      for (const contender of contenders) {
        await prepare?.();
        console.error(`round ${round}: ${contender.name}`);
        const before = serverCpu();
        const { cpuSeconds, ...measured } = (await warm.get(contender)?.run()) ?? run(contender);
        const total = { ...measured, clientSeconds: cpuSeconds, serverSeconds: serverCpu() - before };
        const earlier = best.get(contender);
        if (!earlier || seconds(total) < seconds(earlier)) best.set(contender, total);
      }
  } finally {
    for (const { stop } of warm.values()) stop();
  }
  return [...best].map(([contender, cost]) => ({ ...contender, ...cost }));
}

export const seconds = ({ clientSeconds, serverSeconds }: Cost): number => clientSeconds + serverSeconds;

function run({ command: [program, ...args] }: Contender): Measured {
  const output = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '{}');
}

function start({ command: [program, ...args] }: Contender): { run(): Promise<Measured>; stop(): void } {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run() {
      child.stdin.write('\n');
      const { value, done } = await lines.next();
      if (done) throw new Error(`Expected a result of ${program} ${args[0]}, which ended without one.`);
      return JSON.parse(value);
    },
    stop: () => child.stdin.end(),
  };
}
