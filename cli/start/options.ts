import { parseArgs } from 'node:util';
import { type OwnName, type OwnServices, ownNames, ownOptions, readOwn } from '#localstack/own/given.ts';
import { choosePorts, portOptions, type StackPorts } from '#localstack/stack/ports.ts';
import type { SimulatorOptions } from '#simulator/simulator.ts';
import { UserError } from '../command.ts';
import { readWholeNumber } from '../numbers.ts';

export interface StartOptions {
  readonly ports: StackPorts;
  /** Services that are there already; with any, the others keep their data. */
  readonly own: OwnServices;
  /** One finite round, then the proof, then exit. */
  readonly once: boolean;
  /** Says at the end where the time of the round went. */
  readonly timings: boolean;
  /** Whether invented orders are made. */
  readonly simulator: boolean;
  /** Goes on with the data of earlier such runs, and leaves its own to the next. */
  readonly keep: boolean;
  /** Takes a ledger that does not say which services it belongs to as one of these. */
  readonly adopt: boolean;
  /** Runs on when the terminal or the process that started it has gone. */
  readonly stay: boolean;
  /** Orders to make; endless if undefined. */
  readonly orders: number | undefined;
  /** Undefined if none is given: 1, or with kept data the number of this start, since the same orders again would be repeats. */
  readonly seed: number | undefined;
  /** Orders per second; as fast as Kafka takes them if undefined. */
  readonly rate: number | undefined;
}

/**
 * What a finite round produces. Orders are of now, as in a live run: payments of long ago would all be late, and the alert about
 * them with them.
 */
export const production = ({ seed = 1, orders = 0, rate }: StartOptions): SimulatorOptions => ({
  seed,
  count: orders,
  start: 'now',
  ...(rate !== undefined && { rate }),
});

const ONCE_ORDERS = 100_000;
/** The peak of a mid-sized shop, and a light load for a laptop. */
const LIVE_RATE = 200;

export const portNames = Object.keys(portOptions) as (keyof StackPorts)[];
const optionName = (name: keyof StackPorts): string => portOptions[name].option.slice(2);

/** @throws UserError naming the option that is wrong */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv = process.env): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      timings: { type: 'boolean', default: false },
      simulator: { type: 'boolean', default: false },
      'no-simulator': { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      adopt: { type: 'boolean', default: false },
      stay: { type: 'boolean', default: false },
      orders: { type: 'string' },
      seed: { type: 'string' },
      rate: { type: 'string' },
      ...Object.fromEntries(ownNames.map((name) => [ownOptions[name].option.slice(2), { type: 'string' as const }])),
      ...Object.fromEntries(portNames.map((name) => [optionName(name), { type: 'string' as const }])),
    },
  });
  const once = values.once;
  if (values.timings && !once) throw new UserError('--timings needs --once: only a round ends.');
  const given = values as unknown as Record<string, string | undefined>;
  const own = asUserError(() => readOwn(given, env));
  const keep = values.keep || Object.keys(own).length > 0;
  if (keep && once) throw new UserError(onceKeepsNothing(own, given, values.keep));
  if (values.adopt && !keep) throw new UserError('--adopt is for a database that lasts: name it with --postgres.');
  const simulator = isSimulated(values, own);
  if (once && !simulator) throw new UserError('--once needs the simulator: leave --no-simulator out.');
  const forIt = (['orders', 'seed', 'rate'] as const).find((name) => values[name] !== undefined);
  if (forIt && !simulator) throw new UserError(`--${forIt} is for the simulator, which is off: ${howToSimulate(own)}.`);
  const ports = Object.fromEntries(portNames.map((name) => [name, given[optionName(name)]]));
  return {
    ports: asUserError(() => choosePorts(ports, env)),
    own,
    once,
    timings: values.timings,
    simulator,
    keep,
    adopt: values.adopt,
    stay: values.stay,
    orders: readWholeNumber('--orders', values.orders, { min: 1 }) ?? (once ? ONCE_ORDERS : undefined),
    seed: readWholeNumber('--seed', values.seed),
    rate: readWholeNumber('--rate', values.rate, { min: 1 }) ?? (once ? undefined : LIVE_RATE),
  };
}

/** Services of one's own that hold a shop's records; the index only repeats what the ledger has. */
export const holdersOfRecords = (own: readonly OwnName[]): OwnName[] => own.filter((name) => name !== 'elasticsearch');

/** Invented orders in a shop's own services are there for good, so they come only if they are asked for. */
function isSimulated(asked: { simulator: boolean; 'no-simulator': boolean }, own: OwnServices): boolean {
  if (asked.simulator && asked['no-simulator'])
    throw new UserError('--simulator and --no-simulator contradict each other: leave one out.');
  if (asked.simulator || asked['no-simulator']) return asked.simulator;
  return holdersOfRecords(namesOf(own)).length === 0;
}

const howToSimulate = (own: OwnServices): string => {
  const holders = holdersOfRecords(namesOf(own)).join(' and ');
  return holders ? `with --simulator it would fill your ${holders} with invented orders` : 'leave --no-simulator out';
};

/** A round is proved by itself and then thrown away, which nobody expects of services that last. */
function onceKeepsNothing(own: OwnServices, given: Record<string, string | undefined>, keep: boolean): string {
  const names = namesOf(own).map((name) => (given[name] ? ownOptions[name].option : ownOptions[name].variable));
  return `--once makes data of its own, which end with it: leave out ${[...names, ...(keep ? ['--keep'] : [])].join(', ')}.`;
}

const namesOf = (own: OwnServices): OwnName[] => ownNames.filter((name) => own[name] !== undefined);

function asUserError<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new UserError((cause as Error).message, { cause });
  }
}
