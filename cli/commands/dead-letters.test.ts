import { expect, it } from 'vitest';
import { visible } from '../visible.ts';
import { describeCheck, describeLetter, run, textOf, withBeginning } from './dead-letters.ts';

const letter = {
  id: 7,
  topic: 'orders',
  partition: 0,
  offset: 5,
  reason: 'not_json' as const,
  message: 'expected a JSON object: \x1b]0;owned\x07\nreason  fine',
  consumer: 'archive-orders',
  failed_at: new Date(0),
  key: Buffer.from('u\x9b2J'),
  value: Buffer.from('{\r\x1b[2J\u202eredro\n}'),
  headers: [{ name: 'trace\nid', value: '' }],
  redriven_at: null,
  redriven_by: null,
  edited_value: null,
};

it('shows a record that would command the terminal, and neither obeys it nor lets it add facts', () => {
  const [head = '', value] = visible(describeLetter(letter)).split('\n\n');
  expect(head.split('\n')).toEqual([
    'id           7',
    'topic        orders',
    'partition    0',
    'offset       5',
    'reason       not_json',
    String.raw`message      expected a JSON object: \u001b]0;owned\u0007\nreason  fine`,
    'consumer     archive-orders',
    'failed_at    1970-01-01T00:00:00.000Z',
    String.raw`key          u\u009b2J`,
    String.raw`headers      trace\nid`,
    'redriven_at  -',
    'redriven_by  -',
    'meaning      the value is not JSON',
  ]);
  expect(value).toBe(`${String.raw`{\r\u001b[2J\u202eredro`}\n}`);
});

it('says of a record that is too large what Kafka has of it, and how to get the rest', () => {
  const headers = [{ name: 'trace', value: Buffer.from('é') }];
  const there = {
    state: 'there',
    key: Buffer.from('k'),
    value: Buffer.from('{"a…'),
    bytes: 8_000_000,
    headers,
  } as const;
  expect(withBeginning(letter, there)).toMatchObject({
    key: Buffer.from('k'),
    value: Buffer.from('{"a…'),
    headers: [{ name: 'trace', value: 'w6k=' }],
    in_kafka: 'a value of 8000000 bytes; npx tillstream dead-letters value 7 writes all of it',
  });
  expect(withBeginning(letter, { state: 'gone' }).in_kafka).toBe('no longer: its time of retention has passed');
  expect(withBeginning(letter, { state: 'packed', bytes: 200_000_000 }).in_kafka).toContain(
    'in a batch of 200000000 bytes',
  );
});

it('refuses a topic that there is not, before it looks for a stack', async () => {
  await expect(run(['list', '--topic', 'nope'])).rejects.toThrow('--topic: expected one of orders, online_orders');
});

it('shows bytes that are not UTF-8 as base64', () => {
  expect(textOf(Buffer.from('{"a":1}'))).toBe('{"a":1}');
  expect(textOf(Buffer.from([0xff]))).toBe('base64:/w==');
});

it.each(['show', 'value'])('%s says that it takes an id', async (action) => {
  await expect(run([action])).rejects.toThrow(`\`dead-letters ${action}\` takes the id`);
});

it('says of a value what its consumer would make of it, and where', () => {
  const problem = {
    path: ['amount'],
    from: 10,
    to: 16,
    reason: 'invalid_amount' as const,
    message: 'expected an amount',
  };
  const checked = {
    usable: false,
    consumer: 'archive-orders',
    problems: [problem],
    warnings: ['old\n'],
    confirmed: ['new'],
  };
  expect(describeCheck(checked).split('\n')).toEqual([
    'archive-orders would refuse it.',
    '✗ amount: expected an amount (invalid_amount, characters 10 to 16)',
    '✓ new',
    expect.stringMatching(/^! old/),
  ]);
});

it.each([
  [['list', '--state', 'lost'], '--state: expected one of new, sent'],
  [['list', '--since', 'monday'], '--since: expected an ISO 8601 date and time such as'],
  [['check', 'file'], 'takes a file, and --topic'],
])('%j is refused before it looks for a stack', async (args, why) => {
  await expect(run(args)).rejects.toThrow(why);
});
