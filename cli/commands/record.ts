import { parseArgs } from 'node:util';
import { reasons } from '#domain/dead-letters.ts';
import type { CutBytes } from '#operations/bytes.ts';
import { NoSuchPlace } from '#operations/records/browse.ts';
import { signs, wordsOf } from '#operations/records/fate-words.ts';
import { type Looked, lookAt } from '#operations/records/record.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { readWholeNumber } from '../numbers.ts';
import { print } from '../print.ts';
import { facts } from '../table.ts';
import { requireTopic } from '../topics.ts';
import { textOf } from './messages.ts';

export const summary = 'Show one record whole, and what became of it, place by place';

export const environments = true;

export const usage = `
Usage: npx tillstream record TOPIC PARTITION OFFSET [--json]

Shows the record as Kafka has it, and its way: the places that it reached, with the time since Kafka got it, and those that it will reach.
Of an offset without a record it says why there is none. npx tillstream messages finds offsets; npx tillstream trace follows an id.

Exit code 1 if Kafka has no record there.
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const [topic, partition, offset, ...others] = positionals;
  if (topic === undefined || partition === undefined || offset === undefined || others.length > 0)
    throw new UserError(`Expected a topic, a partition and an offset, got ${positionals.join(' ') || 'nothing'}`);
  const where = {
    topic: requireTopic(topic),
    partition: readWholeNumber('partition', partition),
    offset: readWholeNumber('offset', offset),
  };
  const looked = await withBackbone((backbone) => lookAt(backbone, where)).catch((error: unknown) => {
    if (error instanceof NoSuchPlace) throw new UserError(error.message, { cause: error });
    throw error;
  });
  print(values.json ? JSON.stringify(looked) : describe(looked));
  return looked.message ? exit.ok : exit.no;
}

export function describe({ topic, partition, offset, message, fate, id, kafka }: Looked): string {
  const timestamp = message?.timestamp ?? null;
  const head = facts({
    ...{ topic, partition, offset },
    ...(message
      ? {
          time: timestamp,
          id,
          key: message.key && whole(message.key),
          headers: message.headers.map(({ name, value }) => `${name}=${textOf(value)}`).join(', ') || null,
        }
      : { 'Kafka has': `${kafka.earliest} to ${kafka.latest - 1}` }),
    delivery: fate?.delivery,
  });
  const words = fate ? wordsOf(fate, { topic }, timestamp) : [];
  const way = words.map(({ mark, text }) => `${signs[mark]} ${text}`);
  if (!fate) way.push('What became of it is unknown: PostgreSQL does not answer.');
  if (fate?.letter)
    way.push(
      `  ${fate.letter.message}`,
      `  ${reasons[fate.letter.reason]}; npx tillstream dead-letters show ${fate.letter.id}`,
    );
  const value = message && (message.value ? whole(message.value) : noValue(message.packedIn));
  return [head, way.join('\n'), ...(value === null ? [] : [value])].join('\n\n');
}

const whole = ({ shown, length, cut }: CutBytes): string => `${textOf(shown)}${cut ? `… (${length} bytes)` : ''}`;

const noValue = (packedIn: number | null): string =>
  packedIn === null ? '(no value)' : `(in a batch of ${packedIn} bytes, too large to be unpacked here)`;
