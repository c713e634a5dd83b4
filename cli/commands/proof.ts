import { parseArgs } from 'node:util';
import { depths, isDepth, type Proof, prove } from '#operations/proof.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { print } from '../print.ts';
import { table } from '../table.ts';
import { inOneLine } from '../visible.ts';

export const summary = 'Balance the books: nothing lost, nothing counted twice';

export const environments = true;

export const usage = `
Usage: npx tillstream proof [--json] [--depth books|objects|rows|kafka] [--all] [--settled] [--curated]

Proves that every record of Kafka took effect exactly once, and names what is off by partition and offset. Data that waits
too long for its DAG is off too, and so is a DAG whose last run failed or that has no next one.

  --json             print the proof as one JSON object
  --depth books      the ledger, the warehouse, the stock, the outbox and Kafka's offsets
          objects    … plus the checksum of every object in the lake
          rows       … plus every row of the lake against the warehouse (default)
          kafka      … plus every record that Kafka still holds against the ledger, the tables and the dead letters
  --all              with depth books or objects, read again what an earlier proof has closed; the others always do
  --settled          also require that nothing is waiting in Kafka, in the lake or in the outbox
  --curated          also require that Spark's jobs have processed everything: curated = warehouse, gold = bronze

Exit code: 0 if balanced, 1 if not, 2 if the proof failed to run.
`;

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      depth: { type: 'string', default: 'rows' },
      all: { type: 'boolean', default: false },
      settled: { type: 'boolean', default: false },
      curated: { type: 'boolean', default: false },
    },
  });
  if (!isDepth(values.depth)) throw new UserError(`--depth expects ${depths.join(', ')}, got ${values.depth}`);
  const { depth, all, settled, curated } = values;
  const proof = await withBackbone((backbone) => prove(backbone, { depth, all, settled, curated }));
  print(values.json ? JSON.stringify(proof) : describe(proof));
  return proof.balanced ? exit.ok : exit.no;
}

export function describe({ balanced, read, checks, streams }: Proof): string {
  const lines = checks.flatMap(({ name, balanced, expected, actual, where }) => [
    inOneLine(`${balanced ? '✓' : '✗'} ${name}: ${balanced ? actual : `expected ${expected}, got ${actual}`}`),
    ...where.map((place) => `    ${inOneLine(place)}`),
  ]);
  const columns = ['consumed', 'accepted', 'duplicates', 'rejected', 'lag', 'archived', 'loaded'] as const;
  const totals = Object.entries(streams).map(([name, stream]) => [
    name,
    ...columns.map((column) => stream[column] ?? ''),
  ]);
  const verdict = balanced ? 'Balanced.' : 'NOT balanced.';
  return [...lines, '', table(['stream', ...columns], totals), '', ...(read ? [read] : []), verdict].join('\n');
}
