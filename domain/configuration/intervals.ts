/** How often each DAG runs, for whoever judges whether something has waited too long for it. */
import { longestGapMinutes } from '../schedule.ts';
import { type Configuration, type KeyName, keyNames, standardOf } from './keys.ts';

export type DagName = KeyName extends infer Name ? (Name extends `schedules.${infer Dag}` ? Dag : never) : never;

/** Minutes: the longest time between two runs of each DAG. */
export type Intervals = Readonly<Record<DagName, number>>;

const scheduleKeys = keyNames.filter((name) => name.startsWith('schedules.'));

const byDag = (scheduleOf: (name: KeyName) => unknown): Intervals =>
  Object.fromEntries(
    scheduleKeys.map((name) => [name.slice('schedules.'.length), longestGapMinutes(String(scheduleOf(name)))]),
  ) as Record<DagName, number>;

export const intervalsOf = (configuration: Configuration): Intervals => byDag((name) => configuration[name]);

/** Of a configuration that sets nothing. */
export const standardIntervals = (): Intervals => byDag((name) => standardOf(name, 'prod'));
