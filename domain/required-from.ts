/**
 * Fields that records must have from a time on. A record is judged by its own time in Kafka, never by the clock: a redelivery, a replay
 * and the proof then find what was found the first time.
 */
import * as z from 'zod';

const sinceOf = new WeakMap<object, number>();

/**
 * @param time ISO 8601 in UTC, such as `2027-01-01T00:00:00Z`: a record from before it may lack the field, or have null there; one of
 * that time or later becomes a dead letter
 * @param field a column that is required otherwise
 */
export function requiredFrom<Field extends z.ZodType>(time: string, field: Field) {
  const since = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time) ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(since)) throw new Error(`Expected a time in UTC such as 2027-01-01T00:00:00Z, got ${time}.`);
  const nullish = field.nullish();
  sinceOf.set(nullish, since);
  return nullish;
}

/** In milliseconds since 1970; undefined if the field isn't required from a time on. */
export const requiredSince = (field: unknown): number | undefined => sinceOf.get(field as object);

/** As it is written in a description. */
export const isoSeconds = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`;

/**
 * The schema by which a record of that time is read, in milliseconds since 1970. Where it is not known, or the producer set none (-1),
 * no field is required that wasn't always.
 */
export function schemasInTime<Schema extends z.ZodObject>(schema: Schema): (timestamp: number | undefined) => Schema {
  const later = Object.entries(schema.shape).flatMap(([name, field]) => {
    const since = requiredSince(field);
    return since === undefined ? [] : [{ name, since, required: requiredField(field) }];
  });
  if (later.length === 0) return () => schema;
  const made = new Map<number, Schema>();
  return (timestamp = -1) => {
    const due = later.filter(({ since }) => timestamp >= since);
    const before = made.get(due.length);
    if (before) return before;
    const required = Object.fromEntries(due.map(({ name, required }) => [name, required]));
    // Its fields are the schema's, so it gives the schema's events.
    const then = z.object({ ...schema.shape, ...required }) as unknown as Schema;
    made.set(due.length, then);
    return then;
  };
}

/** As it was before `requiredFrom` took it. */
const requiredField = (field: unknown): z.ZodType =>
  (field as z.ZodOptional<z.ZodNullable<z.ZodType>>).unwrap().unwrap();
