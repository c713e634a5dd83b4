import { parseArgs } from 'node:util';
import { depths, isDepth, type Proof, prove } from '#operations/proof.ts';
import { asPrinted, type ProofNote, readProofs, wholeProof } from '#operations/proofs.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { readIds } from '../numbers.ts';
import { print } from '../print.ts';
import { table } from '../table.ts';
import { inOneLine } from '../visible.ts';

export const summary = 'Balance the books: nothing lost, nothing counted twice';

export const usage = `
Usage: npx tillstream proof [--json] [--depth books|objects|rows|kafka] [--all] [--settled] [--curated]
       npx tillstream proof --past [--json]
       npx tillstream proof --of ID [--json]

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

  --past             print the last 72 proofs, with what was off, and prove nothing
  --of ID            print what is kept of that proof: all checks of the last 1,000, what was off for 90 days

Exit code: 0 if balanced, 1 if not, 2 if the proof failed to run. With --past 0, with --of 1 if there is no such proof.
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
      past: { type: 'boolean', default: false },
      of: { type: 'string' },
    },
  });
  if (values.past || values.of !== undefined) return showNotes(args, values);
  if (!isDepth(values.depth)) throw new UserError(`--depth expects ${depths.join(', ')}, got ${values.depth}`);
  const { depth, all, settled, curated } = values;
  const proof = await withBackbone((backbone) => prove(backbone, { depth, all, settled, curated }));
  print(values.json ? JSON.stringify(proof) : describe(proof));
  return proof.balanced ? exit.ok : exit.no;
}

const PAST = 72;

async function showNotes(
  args: readonly string[],
  { past, of, json }: { past: boolean; of?: string | undefined; json: boolean },
): Promise<number> {
  const known = (arg: string) => ['--past', '--json', '--of', of, `--of=${of}`].includes(arg);
  if ((past && of !== undefined) || !args.every(known))
    throw new UserError('`proof --past` and `proof --of ID` take --json only: they show proofs that were made.');
  if (past) {
    const notes = await withBackbone((backbone) => readProofs(backbone, { limit: PAST }));
    print(json ? JSON.stringify(notes) : describeNotes(notes));
    return exit.ok;
  }
  const [id] = readIds([of ?? ''], 'a proof');
  const proof = await withBackbone((backbone) => wholeProof(backbone, { id }));
  if (!proof) {
    print(`There is no proof ${id}. npx tillstream proof --past lists them.`);
    return exit.no;
  }
  // Of one that is older, those checks that were off.
  const printed = asPrinted(proof) ?? asPrinted({ ...proof, every: proof.off });
  print(json || !printed ? JSON.stringify(proof) : `${describeNotes([proof])}\n\n${describe(printed)}`);
  return exit.ok;
}

export function describeNotes(notes: readonly ProofNote[]): string {
  if (notes.length === 0) return 'No proofs yet.';
  return table(
    ['id', 'began', 'took', 'depth', 'checks', 'off'],
    notes.map(({ id, provedAt, seconds, depth, all, checks, off }) => [
      ...[id, provedAt, `${seconds.toFixed(1)} s`, all ? `${depth}, everything` : depth, checks],
      inOneLine(off.map(({ name }) => name).join('; ')),
    ]),
  );
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
