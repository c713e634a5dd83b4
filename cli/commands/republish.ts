import { parseArgs } from 'node:util';
import { type Republished, republishTopic } from '#operations/republish.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { formatCount } from '../numbers.ts';
import { print } from '../print.ts';
import { table } from '../table.ts';
import { consumedTopics, streamOf } from '../topics.ts';

export const summary = 'Go on with a topic that was deleted and made anew';

export const usage = `
Usage: npx tillstream republish TOPIC [--json]

A topic that was deleted and made anew, or whose log was truncated, has other records under offsets that were consumed before.
Its function refuses them. republish finds these records, produces them again behind the offsets that were consumed, and removes
them where they stood. They then take effect once, in their partition, but behind records that came after them. A partition that
has the records that were consumed stays as it is.

Topics that are compacted (products, customers) are refused: what the shop has is sent again.

Stop the producers first. If republish is interrupted, repeat it: it may produce records twice, which count as repeats.

Topics: ${consumedTopics.join(', ')}
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const [topic, ...rest] = positionals;
  const stream = streamOf(topic);
  if (!stream || rest.length > 0)
    throw new UserError(
      `Expected one of the topics ${consumedTopics.join(', ')}, got ${positionals.join(' ') || 'nothing'}`,
    );
  const republished = await withBackbone((backbone) => republishTopic(backbone, stream));
  print(values.json ? JSON.stringify(republished) : describe(stream.topic, republished));
  return exit.ok;
}

function describe(topic: string, republished: readonly Republished[]): string {
  if (republished.length === 0) return `${topic} has the records that were consumed of it; nothing was changed.`;
  const rows = republished.map(({ partition, position, moved }) => [partition, position, formatCount(moved)]);
  return table(['partition', 'begins at', 'records moved'], rows);
}
