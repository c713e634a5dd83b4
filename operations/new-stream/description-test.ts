/** The test of a new description, as one begins with it. Pure. */
import type { Names } from './names.ts';

export function testText({ topic, constant, file, one, id }: Names, key: string): string {
  const fields = [
    `${id}: '1001',`,
    ...(key === id ? [] : [`${key}: '17',`]),
    `amount: '19.99',`,
    `currency: 'EUR',`,
    `occurred_at: '2026-01-02T03:04:05Z',`,
  ];
  return `import { expect, it } from 'vitest';
import { readBatch } from '../read-batch.ts';
import { ${constant} } from './${file}.ts';

/** As the shop sends it. */
const sent = {
${fields.map((line) => `  ${line}\n`).join('')}};

const read = (value: object) => {
  const record = { offset: 0, timestamp: 1_767_323_045_000, key: null, value: Buffer.from(JSON.stringify(value)), headers: [] };
  return readBatch(${constant}, { topic: '${topic}', partition: 0, records: [record] });
};

it('takes a ${one} as the shop sends it', () => {
  const { good, bad } = read(sent);
  expect({ good: good.length, bad }).toEqual({ good: 1, bad: [] });
});

it.each(Object.keys(sent))('keeps a ${one} without %s as a dead letter', (name) => {
  const { good, bad } = read({ ...sent, [name]: undefined });
  expect({ good: good.length, reasons: bad.map(({ reason }) => reason) }).toEqual({ good: 0, reasons: ['missing_field'] });
});
`;
}
