import { expect, it } from 'vitest';
import { streams } from '#domain/streams.ts';
import { layoutOf } from './lake-layout.ts';

it('names and encodes objects as the description says', () => {
  expect(layoutOf(streams.orders)).toMatchObject({ prefix: 'raw/orders', name: 'orders', extension: 'parquet' });
  const lines = layoutOf({
    ...streams.orders,
    topic: 'refunds',
    lake: { prefix: 'raw/refunds', format: 'json_lines' },
  });
  expect(lines).toMatchObject({
    prefix: 'raw/refunds',
    name: 'refunds',
    extension: 'json.gz',
    contentType: 'application/gzip',
  });
});

it('has none for a stream that doesn’t go to the lake', () => {
  expect(() => layoutOf(streams.transactions)).toThrow(
    'Expected the description of transactions to say where in the lake',
  );
});
