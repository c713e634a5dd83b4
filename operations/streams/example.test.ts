import { expect, test } from 'vitest';
import { eventReader } from '#domain/event-reader.ts';
import { catalogue } from '#domain/streams.ts';
import { exampleOf } from './example.ts';

test.each(catalogue.map((stream) => [stream.topic, stream] as const))(
  'the consumer of %s takes its example',
  (_, { event }) => {
    expect(() => eventReader(event)(Buffer.from(exampleOf(event)))).not.toThrow();
  },
);
