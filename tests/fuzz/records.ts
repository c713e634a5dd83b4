/** Records as no producer should send them, drawn from a seed: as Lambda's Kafka event source would hand them over. */
import type { z } from 'zod';
import { columnsOf } from '#domain/columns.ts';
import type { KafkaEvent } from '#lambda/kafka-event.ts';
import type { Random } from '#simulator/random.ts';
import { anyValue, usualValue } from './values.ts';

type LambdaRecord = KafkaEvent['records'][string][number];

const unknown: readonly string[] = [
  ...[
    '"extra":1',
    '"extra":"a\\"b"',
    '"extra":{"amount":[1,{"amount":2}]}',
    '"":0',
    '"a\\u006dount":1',
    '"amoun":1',
    '"amountt":1',
  ],
  ...[
    '"__proto__":{"amount":5}',
    '"__proto__":1',
    '"constructor":{}',
    '"toString":"x"',
    '"extra":"\u0000"',
    '"extra":01',
    '"extra":',
  ],
  ...[
    '-0',
    '-',
    '1.',
    '1.50',
    '-12e5',
    '1E+5',
    '1e',
    '.5',
    '12345678901234567890',
    'true',
    'nul',
    'falsey',
    '""',
    '"ü📚"',
    '"\t"',
  ].map((value) => `"weight":${value}`),
  ...['"wëight":1', '"we\tight":1', '"weight" :1', '"weight": 1', '"weight":  1', '"n":null'],
];

/** More than the fast path takes. */
const many = Array.from({ length: 17 }, (_, index) => `"unknown${index}":${index}`).join();

/** The JSON of an event: usually good, sometimes odd in one field, sometimes odd all over. */
function anyJson(columns: ReturnType<typeof columnsOf>, random: Random): string {
  const oddness = random.pick([0, 0, 0, 0.1, 0.1, 0.5]);
  const isOdd = () => random.chance(oddness);
  const fields = columns.flatMap((column) => {
    if (random.chance(column.optional ? 0.4 : oddness / 10)) return [];
    const value = isOdd() ? anyValue(column, random) : usualValue(column, random);
    const nulled = random.chance(column.nullable ? 0.2 : oddness / 10) ? 'null' : value;
    const colon = isOdd() ? random.pick([': ', ' :', ':\n\t', ':  ', '']) : ':';
    return `"${column.name}"${colon}${nulled}`;
  });
  while (isOdd()) fields.push(random.pick([...unknown, many, ...fields]));
  if (isOdd()) fields.sort(() => random.integer(-1, 1));
  if (random.chance(0.1)) fields.reverse();
  const comma = random.chance(0.2) ? ', ' : isOdd() ? random.pick([' ,', ',\r\n', ',,', '']) : ',';
  const [open, close] = isOdd()
    ? random.pick([
        ['{ ', ' }'],
        ['{', '}\n'],
        ['{', ''],
        ['{', '}}'],
        ['[', ']'],
        ['{', ',}'],
      ])
    : ['{', '}'];
  return `${open}${fields.join(comma)}${close}`;
}

function anyBytes(columns: ReturnType<typeof columnsOf>, random: Random): Buffer {
  const json = anyJson(columns, random);
  if (random.chance(0.02))
    return Buffer.from(
      random.pick([
        '',
        'null',
        '[]',
        '7',
        '"x"',
        `\ufeff${json}`,
        `${json}${json}`,
        `${json}\0`,
        `\n${json}`,
        `${json} `,
      ]),
    );
  const bytes = random.chance(0.1) ? withSequence(Buffer.from(json), random) : Buffer.from(json);
  if (random.chance(0.1) && bytes.length > 0) {
    const at = random.integer(0, bytes.length - 1);
    if (random.chance(0.3)) return bytes.subarray(0, at);
    bytes[at] = random.pick([random.integer(0, 255), 0, 0x22, 0x5c, 0x7d, 0x80, 0xc0, 0xed, 0xff]);
  }
  return bytes;
}

/** UTF-8 at its limits, on both sides of each: too long, a surrogate, too large, cut off. */
const sequences = [
  '80',
  'c1bf',
  'c280',
  'c3',
  'e09fbf',
  'e0a080',
  'ed9fbf',
  'eda080',
  'edbfbf',
  'ee8080',
  'efbfbf',
  'e28',
];
const longer = [
  'f08fbfbf',
  'f0908080',
  'f48fbfbf',
  'f4908080',
  'f5808080',
  'f09f98',
  'c328',
  'e28228',
  'f0288cbc',
  'ff',
  'fe',
];

/** Puts one of them at the start of a text. */
function withSequence(json: Buffer, random: Random): Buffer {
  const at = json.indexOf(':"', random.integer(0, json.length)) + 2;
  const sequence = Buffer.from(random.pick([...sequences, ...longer]), 'hex');
  return Buffer.concat([json.subarray(0, at), sequence, json.subarray(at + random.integer(0, 3))]);
}

/** @param count of records, at ascending offsets with gaps; some come twice, or out of their order */
export function anyRecords(event: z.ZodObject, count: number, random: Random): LambdaRecord[] {
  const columns = columnsOf(event);
  let offset = random.pick([0, 2 ** 31 - 50, 2 ** 32 - 50, 2 ** 40, 2 ** 53 - 1 - 4 * count]);
  const records = Array.from({ length: count }, () => {
    offset += random.pick([1, 1, 1, 1, 3]);
    const base64 = (bytes: Buffer) => bytes.toString('base64');
    return {
      topic: 'fuzz',
      partition: 3,
      offset,
      timestamp: random.pick([
        1_765_411_200_000,
        1_765_411_200_000 + (offset % 1e6),
        -1,
        0,
        -(2 ** 53),
        2 ** 53,
        9_007_199_254_741,
      ]),
      timestampType: 'CREATE_TIME' as const,
      key: random.pick([base64(Buffer.from(random.uuid())), base64(Buffer.from([0, 255])), '', null, undefined]),
      value: random.chance(0.01) ? random.pick([null, undefined]) : base64(anyBytes(columns, random)),
      headers: random.chance(0.02) ? [{ source: [1, -1] }, { ['__proto__']: [2] }] : [],
      ...(random.chance(0.005) && { leftOut: { key: 9 } }),
    };
  });
  if (random.chance(0.2)) records.push(random.pick(records));
  if (random.chance(0.1)) records.reverse();
  return records as unknown as LambdaRecord[];
}
