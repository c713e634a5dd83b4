/** The files of docs/reference/ for machines hold: the official schema takes asyncapi.json, and the JSON Schemas agree with the consumers. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { inRepository } from '#adapters/repository.ts';
import { currency, money, text, timestamp, uuid } from '#domain/columns.ts';
import { eventReader } from '#domain/event-reader.ts';
import { jsonSchemaOf } from '#domain/json-schema.ts';
import { catalogue } from '#domain/streams.ts';
import { exampleOf } from '#operations/streams/example.ts';
import { simulate } from '#simulator/simulator.ts';
import { asyncApi } from './asyncapi.ts';

describe('asyncapi.json', () => {
  // From the npm package @asyncapi/specs 6.11.1 (Apache-2.0), schemas/3.0.0-without-$id.json, without its white space.
  const schema = JSON.parse(readFileSync(inRepository('tests/fixtures/asyncapi-3.0.0.json'), 'utf8'));
  const validate = new Ajv({ strict: false, validateFormats: false, validateSchema: false }).compile(schema);

  it('is valid by the schema of AsyncAPI 3.0', () => {
    validate(asyncApi('1.2.3'));
    expect(validate.errors).toBeNull();
  });

  it('would not be with a word that AsyncAPI does not have', () => {
    expect(validate({ ...asyncApi('1.2.3'), topics: {} })).toBe(false);
  });
});

/** A stream that declares all that a column and a stream can, in each envelope. */
const event = z.object({
  id: text(9, ''),
  user: uuid('', { guests: /^guest-\d+$/ }),
  amount: money('', { unit: 'minor' }),
  currency: currency(''),
  at: timestamp('', { accepts: ['epoch_seconds', 'epoch_milliseconds'] }),
});

it.each([undefined, 'cloudevents', 'debezium', '$.data.order'] as const)(
  'a stream’s schema is of the values as they come, in the envelope %s too',
  (envelope) => {
    const stream = { topic: 't', event, ...(envelope && { envelope }) };
    const takes = new Ajv({ allErrors: true, validateFormats: false }).compile(jsonSchemaOf(stream));
    const example = exampleOf(stream);
    expect(() => eventReader(stream)(Buffer.from(example))).not.toThrow();
    takes(JSON.parse(example));
    expect(takes.errors).toBeNull();
    for (const [good, bad] of [
      ['"EUR"', '"EURO"'],
      ['1999', '19.99'],
      ['1767323045', '17673230'],
      ['4b3f0c1e', 'guest'],
    ] as const) {
      expect(example).toContain(good);
      const other = example.replace(good, bad);
      expect(() => eventReader(stream)(Buffer.from(other))).toThrow();
      expect([other, takes(JSON.parse(other))]).toEqual([other, false]);
    }
  },
);

describe('the JSON Schemas', () => {
  const ajv = new Ajv({ allErrors: true, validateFormats: false });
  const validates = new Map(catalogue.map((stream) => [stream.topic, ajv.compile(jsonSchemaOf(stream))]));
  const takes = (topic: string, value: string): boolean => validates.get(topic)?.(JSON.parse(value)) === true;

  it.each(catalogue.map((stream) => [stream.topic, stream] as const))('%s takes its example', (topic, stream) => {
    expect(takes(topic, exampleOf(stream))).toBe(true);
  });

  // Without what is written as hardly anybody does: that the consumer reads, and the schema does not promise.
  const messages = [...simulate({ seed: 11, count: 2_000, malformed: 0.3, duplicates: 0, unusual: 0 })];
  const fits = ({ topic, value }: (typeof messages)[number]): boolean => {
    try {
      return takes(topic, new TextDecoder('utf-8', { fatal: true }).decode(value ?? Buffer.alloc(0)));
    } catch {
      return false;
    }
  };

  it('take every record that the consumers take', () => {
    const refused = messages.filter((message) => message.meant.outcome === 'accepted' && !fits(message));
    expect(refused.map(({ topic, value }) => `${topic}: ${value}`)).toEqual([]);
  });

  it('refuse every other, but for what a schema can’t say', () => {
    const passed = messages.flatMap((message) =>
      message.meant.outcome === 'rejected' && fits(message) ? [message.meant.kind] : [],
    );
    expect(new Set(passed)).toEqual(
      new Set(['three decimals', 'twenty decimals', 'bad date', 'half a character', 'unknown product']),
    );
  });
});
