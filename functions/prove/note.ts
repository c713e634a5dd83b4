/** Notes each proof in ledger.proofs, balanced or not, so that people see how it was before. */
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import type { Check, Proof } from './proof.ts';
import type { ProofOptions } from './request.ts';

/** The latest of each reach stays, since what is off stands until a proof that looks as far says otherwise. */
const KEPT = '90 days';
const FORGET = `
  delete from ledger.proofs
  where proved_at < clock_timestamp() - interval '${KEPT}'
    and exists (
      select from ledger.proofs as later
      where (later.depth, later.everything, later.dags) = (proofs.depth, proofs.everything, proofs.dags)
        and later.proof_id > proofs.proof_id
    )`;
/** So many have all their checks, some 11 KB each. Of an older one those stay that were off. */
const WHOLE = 1_000;

/** Of each check that is off; a row is read as a whole by whoever shows a list of proofs. */
const MOST_CHECKS = 100;
/** There are 89. */
const MOST_WHOLE = 200;
const MOST_PLACES = 10;
const MOST_CHARACTERS = 500;

/**
 * @param milliseconds how long the proof took
 * @param deadline when it must have ended, in milliseconds since 1970
 */
export async function noteProof(
  pool: Pool,
  { balanced, all = false, read, checks, streams }: Proof,
  { depth, settled, curated = false, beside }: ProofOptions,
  milliseconds: number,
  deadline: number,
): Promise<void> {
  const off = checks.filter((check) => !check.balanced).slice(0, MOST_CHECKS);
  await inTransactionUntil(pool, deadline, async (transaction) => {
    const { rows } = await transaction.query<{ id: number }>(
      `insert into ledger.proofs (proved_at, took, depth, everything, settled, curated, dags, balanced, checks, off, totals)
       select clock_timestamp() - took, took, $2, $3, $4, $5, $6, $7, $8, $9, $10
       from (select $1 * interval '1 millisecond') as given (took)
       returning proof_id as id`,
      [
        milliseconds,
        ...[depth, all, settled, curated, beside !== undefined, balanced, checks.length],
        ...[JSON.stringify(off.map(shortened)), JSON.stringify(streams)],
      ],
    );
    const id = rows[0]?.id ?? 0;
    const whole = JSON.stringify(checks.slice(0, MOST_WHOLE).map(shortened));
    const values = [id, read ?? null, whole];
    await transaction.query('insert into ledger.proof_checks (proof_id, read, checks) values ($1, $2, $3)', values);
    await transaction.query('delete from ledger.proof_checks where proof_id <= $1', [id - WHOLE]);
    await transaction.query(FORGET);
  });
}

/** With whether it balanced: two texts may be equal as far as they are kept. */
const shortened = ({ name, balanced, expected, actual, where }: Check) => ({
  ...{ name: storable(name), balanced, expected: storable(expected), actual: storable(actual) },
  where: where.slice(0, MOST_PLACES).map(withoutCustomer).map(storable),
});

/** The notes are for all who may look; who may read records too asks `npx tillstream proof`, whose answer names the customer. */
const withoutCustomer = (place: string): string =>
  place.startsWith('customer ') ? 'a customer, whom npx tillstream proof names' : place;

/** PostgreSQL's jsonb refuses NUL and half a surrogate pair, and a place may name what a sender has made up. */
function storable(value: number | string): number | string {
  if (typeof value === 'number') return value;
  const text = value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value;
  return text.toWellFormed().replaceAll('\0', '\\0');
}
