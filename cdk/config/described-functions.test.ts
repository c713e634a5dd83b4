import { expect, it } from 'vitest';
import type { Stream } from '#domain/streams.ts';
import { archivedRefunds, refunds } from '../../tests/support/refunds.ts';
import { needsOf } from './described-functions.ts';

const { table: _, ...rest } = archivedRefunds;
const inLake: Stream = rest;
const lake = { access: 'write', prefix: 'raw/refunds/' };

it('gives a stream the handler and the rights that its sinks need', () => {
  expect(needsOf(refunds)).toMatchObject({
    description: 'Kafka refunds to the table streams.refunds',
    entry: 'functions/store-stream/handler.ts',
  });
  expect(needsOf(refunds)).not.toHaveProperty('lake');
  const archive = {
    entry: 'functions/archive-stream/handler.ts',
    lake,
    database: 'archive_refunds',
    streamTopic: 'refunds',
  };
  expect(needsOf(inLake)).toMatchObject({ ...archive, description: 'Kafka refunds to immutable objects in the lake' });
  expect(needsOf(archivedRefunds)).toMatchObject({
    ...archive,
    description: 'Kafka refunds to immutable objects in the lake and the table streams.refunds',
  });
});

it('refuses a stream that goes nowhere', () => {
  const { lake: _, ...nowhere } = inLake;
  expect(() => needsOf(nowhere)).toThrow('`table`, `lake` or both, got neither');
});
