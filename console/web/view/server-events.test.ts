import { expect, it } from 'vitest';
import { eventReader } from './server-events.ts';

const stream = ': hello\n\nevent: pulse\nid: 7\ndata: {"at":"x: y"}\n\ndata: one\ndata: two\n\n';

it('gives the same events however the text is cut', () => {
  const expected = [
    { name: 'pulse', id: '7', data: '{"at":"x: y"}' },
    { name: 'message', data: 'one\ntwo' },
  ];
  for (let size = 1; size <= stream.length; size++) {
    const read = eventReader();
    const events = [];
    for (let at = 0; at < stream.length; at += size) events.push(...read(stream.slice(at, at + size)));
    expect(events).toEqual(expected);
  }
});

it('keeps an event whose text has line ends that are none of JSON', () => {
  expect(eventReader()('data: "a\u2028b\u2029"\n\n')).toEqual([{ name: 'message', data: '"a\u2028b\u2029"' }]);
});

it('waits for the end of an event', () => {
  const read = eventReader();
  expect(read('event: pulse\ndata: 1\n')).toEqual([]);
  expect(read('\n')).toEqual([{ name: 'pulse', data: '1' }]);
});
