/** The events that are fuzzed: those of the catalogue, and one with more of everything than any of them. */
import * as z from 'zod';
import { money, quantity, text, timestamp, uuid } from '#domain/columns.ts';
import { catalogue } from '#domain/streams.ts';

const kinds = { id: uuid(''), price: money(''), note: text(20, ''), at: timestamp(''), pieces: quantity('') };

/** Each kind as it is, optional, nullable and both: more fields than an integer has bits. */
const wide = z.object(
  Object.fromEntries(
    Array.from({ length: 2 }, (_, copy) =>
      Object.entries(kinds).flatMap(([name, kind]) => [
        [`${name}${copy}`, kind],
        [`${name}_o${copy}`, kind.optional()],
        [`${name}_n${copy}`, kind.nullable()],
        [`${name}_b${copy}`, kind.nullish()],
      ]),
    ).flat(),
  ),
);

export const events: readonly { readonly name: string; readonly event: z.ZodObject }[] = [
  ...catalogue.map(({ topic: name, event }) => ({ name, event })),
  { name: 'wide', event: wide },
  // The shortest name there can be, and one that is the start of another.
  { name: 'short', event: z.object({ a: text(3, ''), ab: text(3, ''), n: money('').nullish() }) },
];
