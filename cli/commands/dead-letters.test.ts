import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { visible } from '../visible.ts';
import { describeLetter, run, writeBytes } from './dead-letters.ts';

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

it('refuses a topic that there is not, before it looks for a stack', async () => {
  await expect(run(['list', '--topic', 'nope'])).rejects.toThrow('--topic: expected one of orders, online_orders');
});

it('writes a value byte for byte, but lets it command no terminal', () => {
  const written = (value: Buffer, isTTY: boolean) => {
    const chunks: Buffer[] = [];
    const output = new Writable({ write: (chunk, _encoding, done) => done(void chunks.push(chunk)) });
    writeBytes(value, Object.assign(output, { isTTY }));
    return Buffer.concat(chunks);
  };
  const value = Buffer.from('{"a":"\x1b]0;owned\x07"}');
  expect(written(value, false)).toEqual(value);
  expect(written(value, true).toString()).toBe(`${String.raw`{"a":"\u001b]0;owned\u0007"}`}\n`);
  expect(written(Buffer.from([0xff]), false)).toEqual(Buffer.from([0xff]));
  expect(written(Buffer.from([0xff]), true).toString()).toBe('base64:/w==\n');
});

it.each(['show', 'value'])('%s says that it takes an id', async (action) => {
  await expect(run([action])).rejects.toThrow(`\`dead-letters ${action}\` takes the id`);
});
