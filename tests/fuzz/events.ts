/** The events that are fuzzed: those of the catalogue, and one with more of everything than any of them. */
import * as z from 'zod';
import { currency, money, quantity, text, timestamp, uuid } from '#domain/columns.ts';
import type { Readable } from '#domain/event-reader.ts';
import { requiredFrom } from '#domain/required-from.ts';
import { catalogue, type Stream } from '#domain/streams.ts';

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

/** What columns can be declared to accept beyond their kind. */
const declared = z.object({
  guest: uuid('', { guests: /^guest-\d+$/ }),
  computed: money('', { rounds: 'float_noise' }).nullish(),
  hundredths: money('', { unit: 'minor' }),
  currency: currency(''),
  seconds: timestamp('', { accepts: ['epoch_seconds'] }),
  either: timestamp('', { accepts: ['iso', 'epoch_milliseconds'] }),
  any: timestamp('', { accepts: ['epoch_seconds', 'epoch_milliseconds', 'epoch_microseconds', 'iso'] }).optional(),
});

const small = z.object({ id: text(9, ''), amount: money(''), at: timestamp('') });

/** From times between those of the records (records.ts). */
const required = z.object({
  id: uuid(''),
  later: requiredFrom('2025-12-11T00:00:00Z', text(9, '')),
  amount: money('').nullish(),
  latest: requiredFrom('2025-12-11T00:05:00Z', timestamp('')),
  limited: timestamp('', { aheadAtMost: 60_000 }).nullish(),
});

export const events: readonly (Readable & { readonly name: string })[] = [
  // How keys are judged, where the last record of one counts, is tested beside it (domain/keyed-records.ts).
  ...catalogue.map(({ topic: name, event, envelope }: Stream) => ({ name, event, ...(envelope && { envelope }) })),
  { name: 'declared', event: declared },
  { name: 'required from a time on', event: required },
  { name: 'CloudEvents', event: small, envelope: 'cloudevents' },
  { name: 'Debezium', event: small, envelope: 'debezium' },
  { name: 'a path', event: small, envelope: '$.data.order' },
  { name: 'wide', event: wide },
  // The shortest name there can be, and one that is the start of another.
  { name: 'short', event: z.object({ a: text(3, ''), ab: text(3, ''), n: money('').nullish() }) },
];
