/** `npx tillstream send`: sends records of a file to a topic. */
import { isUtf8 } from 'node:buffer';
import { parseArgs } from 'node:util';
import type { Stream } from '#domain/streams.ts';
import { type SentRange, sendLines } from '#operations/send.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { formatCount } from '../numbers.ts';
import { print } from '../print.ts';
import { readFileOrStdin } from '../read-file.ts';
import { consumedTopics, streamOf } from '../topics.ts';

export const summary = 'Send your own records to a topic, from a file';

export const usage = `
Usage: npx tillstream send TOPIC FILE [--json]

Sends each line of the file as a record, as it is and in this order; - is stdin. Empty lines are left out. Its key is the value of the
field that keys the topic; products and customers, whose topics are compacted, need one. Nothing else is checked before: what its
consumer can't use becomes a dead letter.
npx tillstream dead-letters check FILE --topic TOPIC says beforehand what it would make of a value.

Topics: ${consumedTopics.join(', ')}
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean' } } });
  const [topic, file, ...more] = positionals;
  const stream = streamOf(topic);
  if (!stream) throw new UserError(`Expected one of the topics ${consumedTopics.join(', ')}, got ${topic ?? 'none'}.`);
  if (file === undefined || more.length > 0)
    throw new UserError(`Expected one file, or - for stdin, got ${positionals.slice(1).join(' ') || 'none'}.`);
  const bytes = await readFileOrStdin(file);
  if (!isUtf8(bytes)) throw new UserError(`Expected ${file} in UTF-8, got other bytes: save it as UTF-8.`);
  const lines = bytes
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new UserError(`Expected a record in each line of ${file}, got none.`);
  const sent = await withBackbone((backbone) => sendLines(backbone, stream, lines));
  print(values.json ? JSON.stringify({ topic, sent }) : describe(stream, sent));
  return exit.ok;
}

function describe({ topic }: Stream, sent: readonly SentRange[]): string {
  const records = sent.reduce((sum, range) => sum + range.records, 0);
  const places = sent.map(({ partition, offset, records: count }) => {
    const [first, last] = [offset ?? '?', offset === null ? '?' : offset + count - 1];
    return `  partition ${partition}, ${count === 1 ? `offset ${first}` : `offsets ${first} to ${last}`}`;
  });
  const [{ partition, offset } = { partition: 0, offset: null }] = sent;
  return [
    `Sent ${formatCount(records)} record${records === 1 ? '' : 's'} to ${topic}:`,
    ...places,
    `What becomes of the first: npx tillstream record ${topic} ${partition} ${offset ?? ''}`.trim(),
  ].join('\n');
}
