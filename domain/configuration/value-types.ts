/** What values of the configuration may be, and how each is said to people. */
import * as z from 'zod';
import { isSchedule } from '../schedule.ts';

export interface ValueType<Value> {
  readonly schema: z.ZodType<Value>;
  /** What is expected, such as "a whole number of seconds from 0 to 300". */
  readonly expected: string;
  /** A value given as text, by a variable or an option; what it can't read it returns as it is, for the schema to refuse. */
  fromText(text: string): unknown;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

const numberIn = (text: string): unknown => (text.trim() === '' ? text : Number(text));

export const wholeNumber = (unit: string, { min, max }: Range): ValueType<number> => ({
  schema: z.int().min(min).max(max),
  expected: `a whole number of ${unit} from ${min} to ${max}`,
  fromText: numberIn,
});

/** A part of a whole, 0 to 1. */
export const share: ValueType<number> = {
  schema: z.number().min(0).max(1),
  expected: 'a share from 0 to 1, such as 0.1',
  fromText: numberIn,
};

/** One of the few numbers that a service takes. */
export const oneOf = (unit: string, allowed: readonly number[]): ValueType<number> => ({
  schema: z.literal([...allowed]),
  expected: `a number of ${unit}: ${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}`,
  fromText: numberIn,
});

export const schedule: ValueType<string> = {
  schema: z.string().refine(isSchedule),
  expected: '@hourly, @daily, @weekly, @monthly, @yearly or a cron expression in UTC, such as */15 * * * *',
  fromText: (text) => text,
};

export const addresses: ValueType<readonly string[]> = {
  schema: z.array(z.email()),
  expected: 'a list of e-mail addresses, such as ["ops@example.org"]; as text with commas between them',
  fromText: (text) => text.split(',').filter(Boolean),
};
