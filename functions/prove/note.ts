/** Notes each proof in ledger.proofs, balanced or not, so that people see how it was before. */
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import type { Check, Proof } from './proof.ts';
import type { ProofOptions } from './request.ts';

const KEPT = '90 days';

/** Of each check that is off; a row is read as a whole by whoever shows a list of proofs. */
const MOST_CHECKS = 100;
const MOST_PLACES = 10;
const MOST_CHARACTERS = 500;

/**
 * @param milliseconds how long the proof took
 * @param deadline when it must have ended, in milliseconds since 1970
 */
export async function noteProof(
  pool: Pool,
  { balanced, all = false, checks, streams }: Proof,
  { depth, settled, curated = false }: ProofOptions,
  milliseconds: number,
  deadline: number,
): Promise<void> {
  const off = checks.filter((check) => !check.balanced).slice(0, MOST_CHECKS);
  await inTransactionUntil(pool, deadline, async (transaction) => {
    await transaction.query(
      `insert into ledger.proofs (proved_at, took, depth, everything, settled, curated, balanced, checks, off, totals)
       select clock_timestamp() - took, took, $2, $3, $4, $5, $6, $7, $8, $9
       from (select $1 * interval '1 millisecond') as given (took)`,
      [
        milliseconds,
        ...[depth, all, settled, curated, balanced, checks.length],
        ...[JSON.stringify(off.map(shortened)), JSON.stringify(streams)],
      ],
    );
    await transaction.query(`delete from ledger.proofs where proved_at < clock_timestamp() - interval '${KEPT}'`);
  });
}

const shortened = ({ name, expected, actual, where }: Check) => ({
  ...{ name: storable(name), expected: storable(expected), actual: storable(actual) },
  where: where.slice(0, MOST_PLACES).map(storable),
});

/** PostgreSQL's jsonb refuses NUL and half a surrogate pair, and a place may name what a sender has made up. */
function storable(value: number | string): number | string {
  if (typeof value === 'number') return value;
  const text = value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value;
  return text.toWellFormed().replaceAll('\0', '\\0');
}
