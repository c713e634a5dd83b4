/** Ways to write a value in JSON, for each kind of column: usual, unusual and wrong ones. */
import type { Column, ColumnKind } from '#domain/columns.ts';
import type { Random } from '#simulator/random.ts';

const LONG = 3_000;

/** Text that is no valid value of most kinds, and what is no text at all. */
const odd: readonly string[] = [
  'null',
  'true',
  'nul',
  '7',
  '""',
  '" "',
  '[]',
  '["a"]',
  '{}',
  '{"amount":1}',
  `${'['.repeat(200)}${']'.repeat(200)}`,
  `${'{"a":'.repeat(99)}1${'}'.repeat(99)}`,
  '"\u0000"',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\ud83d\\ude00"',
  '"\\u00e9"',
  '"a\\"b"',
  '"a\\\\"',
  '"\\x"',
  '"a\tb"',
  '"a\\tb"',
  '"\ufeff"',
  '"',
  '"abc',
  '',
  `"${'x'.repeat(LONG)}"`,
  `"${'é'.repeat(LONG)}"`,
  '9'.repeat(LONG),
  '-',
  '1e400',
  'NaN',
];

const numbers: readonly string[] = [
  ...[
    '0',
    '-0',
    '-0.0',
    '-0.00',
    '1',
    '-1',
    '12.5',
    '-12.50',
    '-0.000',
    '12.5000000000000000001',
    '212.89',
    '0.1',
    '0.30000000000000004',
    '1.005',
    '12.500',
  ],
  ...['012', '-012', '00', '1.', '.5', '+1', '1.e2', '1e', '0x10', '1_000', '1 2', '- 1', '1,5'],
  ...['1e2', '1E2', '1.25e2', '125e-2', '1e-2', '1e-3', '-1e+2', '1e0002', '1e-400', '12345e-2', '0e0', '9e15'],
  ...['99999999', '99999999.99', '-99999999.99', '99999999.994', '100000000', '123456789.1', '0000000001'],
  ...['2147483647', '2147483648', '999999999', '1000000000', '4294967297', '9007199254740991', '9007199254740993'],
  ...['1.0', '1.00000000000000011', '0.99999999999999999999', '18446744073709551617', '1.5', `0.${'0'.repeat(LONG)}1`],
];

const written: Record<ColumnKind, (column: Column, random: Random) => readonly string[]> = {
  uuid: (_, random) => {
    const uuid = random.uuid();
    return [
      ...[uuid, uuid, uuid, uuid.toUpperCase(), uuid.slice(1), `${uuid}0`, ` ${uuid}`, uuid.replaceAll('-', '')],
      ...[withCapital(uuid), `${uuid.slice(0, -1)}A`, `${uuid.slice(0, -1)}G`, `@${uuid.slice(1)}`],
      ...[uuid.replace('-', '0'), `${uuid.slice(0, -1)}g`, `${uuid.slice(0, -1)}é`, `{${uuid}}`],
    ].map(quoted);
  },
  money: () => [...numbers, ...numbers.map(quoted), '" 1"', '"1 "', '"1,50"', '"１"'],
  integer: () => [...numbers, ...numbers.map(quoted)],
  timestamp: (_, random) => {
    const two = (most: number) => String(random.integer(0, most)).padStart(2, '0');
    const day = random.pick([
      '2025-12-11',
      '2024-02-29',
      '2025-02-29',
      '1900-02-28',
      '2200-12-31',
      '2201-01-01',
      '0001-01-01',
      '2255-06-06',
      '2300-01-01',
      '9999-12-31',
    ]);
    const date = random.chance(0.7) ? day : `${random.integer(1000, 9999)}-${two(13)}-${two(32)}`;
    const time = `${two(24)}:${two(60)}:${two(60)}`;
    const fraction = random.pick([
      '',
      '.1',
      '.123',
      '.123456',
      '.123456789',
      '.1234567890',
      '.',
      ',5',
      '.12a',
      '.000001',
      '.999999',
    ]);
    const zones = [
      'Z',
      'Z',
      '',
      'z',
      '+00:00',
      '-00:00',
      '+0000',
      '+00',
      ...['+05:30', '+02:00', '-0330', '+15:59', '+05:60', '+05:3', '+5', '-', '+05:', '+05:30:00'],
      '-12',
      'Z+00:00',
      '+00:00Z',
      '+16:00',
      ' Z',
      'UTC',
    ];
    return zones.flatMap((zone) => [
      quoted(`${date}T${time}${fraction}${zone}`),
      quoted(`${date}${random.pick([' ', 't', 'T', ''])}${time.slice(0, random.pick([2, 5, 8]))}${zone}`),
    ]);
  },
  text: ({ parse }, random) => {
    const most = longestOf(parse);
    const characters = ['x', 'é', '漢', '😀', '\u007f', '\u2028', '\ufeff', '\ufffe', '\\n', '\\u0041', '/', '\\/'];
    const character = random.pick(characters);
    return [1, 1, 2, 5, most - 1, most, most + 1, 2 * most].map((length) =>
      quoted(character.repeat(Math.max(length, 0))),
    );
  },
};

/** A value as JSON: of the column's kind, most often, written in one of all ways. */
export function anyValue(column: Column, random: Random): string {
  if (column.options && random.chance(0.7)) return random.pick(declared(column, random).odd);
  return random.pick(random.chance(0.9) ? written[column.kind](column, random) : odd);
}

const usual: Record<ColumnKind, (random: Random) => string> = {
  uuid: (random) => {
    const uuid = random.uuid();
    return quoted(random.chance(0.8) ? uuid : random.pick([uuid.toUpperCase(), withCapital(uuid)]));
  },
  money: (random) =>
    random.pick([String(random.integer(-99_999, 9_999_999) / 100), quoted(`${random.integer(0, 999)}.50`)]),
  integer: (random) => String(random.integer(1, 99)),
  timestamp: (random) => {
    const time = new Date(random.integer(-(2 ** 41), 2 ** 42)).toISOString();
    if (random.chance(0.5)) return quoted(time);
    const fraction = random.pick(['', '.5', ',25', '.123456', '.123456789']);
    const clock = random.chance(0.2) ? time.slice(11, 16) : `${time.slice(11, 19)}${fraction}`;
    const zone = random.pick(['Z', 'z', '', '+00:00', '-00:00', '+02:00', '-0330', '+14', '+05:30']);
    return quoted(`${time.slice(0, 10)}${random.pick(['T', 'T', ' '])}${clock}${zone}`);
  },
  text: (random) => quoted(random.pick(['EUR', 'p-1', 'é', '漢字', 'a b', 'x'])),
};

/** A value as producers write it, to a column that accepts what its kind does. */
export function usualValue(column: Column, random: Random): string {
  if (!column.options) return usual[column.kind](random);
  const { good, odd } = declared(column, random);
  return random.pick(random.chance(0.03) ? odd : good);
}

/** Ways to write a value that a column accepts because it is declared to, and others near them. */
function declared(
  { options = {}, example }: Column,
  random: Random,
): Readonly<Record<'good' | 'odd', readonly string[]>> {
  const cents = () => random.integer(-9_999, 9_999) / 100;
  if (options.codes) return { good: ['"EUR"', '"usd"', '"Jpy"'], odd: ['"EURO"', '"XYZ"', '"E1R"', '"EU"', '" EUR"'] };
  if (options.guests)
    return { good: [quoted(random.uuid()), `"guest-${random.integer(0, 99_999)}"`], odd: ['"guest-"', '"guest-1 "'] };
  if (options.unit)
    return {
      good: [String(random.integer(-99_999, 9_999_999)), '"1250"', '1250.0', '125e1'],
      odd: ['12.5', '012', '9999999999', '10000000000', '-0'],
    };
  if (options.rounds)
    return {
      good: [String(cents()), String(cents() + cents()), String(cents() - cents()), '0.30000000000000004'],
      odd: ['0.305', '1e-17', '12.340000001', '0.30000000000000005', '"5.551115123125783e-17"', String(cents() * 1.07)],
    };
  const at = new Date(random.integer(2 ** 40, 2 ** 41));
  const seconds = at.getTime() / 1000;
  const [first = 'iso'] = options.accepts as readonly string[];
  const written = example?.(at) ?? at.toISOString();
  return {
    good: [JSON.stringify(written), first === 'epoch_seconds' ? String(seconds) : JSON.stringify(written)],
    odd: [
      ...[seconds, seconds * 1000, seconds * 1e6, Math.floor(seconds)].flatMap((n) => [String(n), quoted(String(n))]),
      ...[
        '0',
        '-1',
        '631152000',
        '631151999',
        '4102444799.9999999',
        '4102444800',
        '4102444800000000',
        '17653500000e-1',
      ],
      ...['1765411200.', '01765411200', '1.7654112e9', '"1.7654112e9"', '" 1765411200"'],
    ],
  };
}

/** With the first of its letters as a capital. */
const withCapital = (uuid: string): string => uuid.replace(/[a-f]/, (letter) => letter.toUpperCase());

const quoted = (text: string): string => `"${text}"`;

/** The length that a text column allows, found by asking it. */
function longestOf(parse: Column['parse']): number {
  for (let length = 1; ; length++) {
    try {
      parse('x'.repeat(length + 1));
    } catch {
      return length;
    }
  }
}
