/** The files of docs/reference/ for machines hold: the official schema takes asyncapi.json, and the JSON Schemas agree with the consumers. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
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

describe('the JSON Schemas', () => {
  const ajv = new Ajv({ allErrors: true, validateFormats: false });
  const validates = new Map(catalogue.map((stream) => [stream.topic, ajv.compile(jsonSchemaOf(stream))]));
  const takes = (topic: string, value: string): boolean => validates.get(topic)?.(JSON.parse(value)) === true;

  it.each(catalogue.map((stream) => [stream.topic, stream] as const))('%s takes its example', (topic, { event }) => {
    expect(takes(topic, exampleOf(event))).toBe(true);
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
