/** Makes the index equal to the view payments.hourly_metrics, in the hours that changed or in all of them. */

import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import { HOURLY_METRICS, openHourlyMetrics } from '#adapters/search/hourly-metrics.ts';
import { type BulkOptions, readAll, readSome, type Search, writeAll } from '#adapters/search/index.ts';
import { readUuid, switchAlias } from '#adapters/search/own-index.ts';
import { takeTurn } from '#delivery/turns.ts';
import { compare, unexpectedIn, writesOf } from './changes.ts';
import { noteCompared, noteIndexed, readChanged, readNotes, takeVersion } from './notes.ts';
import { isKnown, type Scope, scopeOf } from './scope.ts';
import { readView } from './view.ts';

export interface IndexOptions extends Omit<BulkOptions, 'version'> {
  /** When it must have ended, in milliseconds since 1970; a minute from now if absent. */
  readonly deadline?: number;
  /** Compare every hour, changed or not. */
  readonly full?: boolean;
  /** The alias that readers use ("hourly_metrics"). */
  readonly alias?: string;
}

export interface Indexed {
  /** The hours that were compared; the other figures count these. */
  readonly scope: Scope;
  /** Rows of the view, and now documents of the index. */
  readonly hours: number;
  readonly indexed: number;
  readonly deleted: number;
  readonly unchanged: number;
  /** Writes that were retried, since the server had no room for them. */
  readonly repeated: number;
  /** Hours that differed though no run of ours had changed them; present if all hours of a known index were compared. */
  readonly unexpected?: number;
  /** Whether a new index got a lifecycle policy; absent if the index existed. */
  readonly lifecycle?: boolean;
  /** What was wrong with the index that a new one has replaced; present if one was. */
  readonly replaces?: readonly string[];
  /** Indices of others that were taken from the alias; present if there were any. */
  readonly detached?: readonly string[];
}

/** Idempotent. Readers see a new index once it is complete. */
export async function indexMetrics(pool: Pool, search: Search, options: IndexOptions = {}): Promise<Indexed> {
  const { alias = HOURLY_METRICS, full = false, deadline, ...bulk } = options;
  return inTransactionUntil(pool, deadline, async (transaction) => {
    // One run at a time: of two, the one that read the view first might write last.
    await takeTurn(transaction, 'index-hourly-metrics');
    const { index, lifecycle, replaces = [] } = await openHourlyMetrics(search, alias);
    const notes = await readNotes(transaction);
    const situation = { ...notes, full, indexUuid: await readUuid(search, index) };
    const scope = scopeOf(situation);
    const changed = await readChanged(transaction);
    const ids = changed.map(({ hour }) => hour);
    const view = await readView(transaction, scope === 'all' ? undefined : ids);
    const documents = (scope === 'all' ? await readAll(search, index) : await readSome(search, index, ids)) ?? [];
    const changes = compare(view, documents);
    // A request that was aborted, or a run that froze, may reach the server after a later run: its version is refused.
    const version = await takeVersion(transaction, documents);
    const repeated = await writeAll(search, index, writesOf(changes), { ...bulk, version });
    await search.indices.refresh({ index });
    const detached = await switchAlias(search, alias, index);
    await noteIndexed(transaction, changed);
    if (scope === 'all') await noteCompared(transaction, situation);
    return {
      scope,
      hours: view.length,
      indexed: changes.index.length,
      deleted: changes.remove.length,
      unchanged: changes.unchanged,
      repeated,
      ...(scope === 'all' && isKnown(situation) && { unexpected: unexpectedIn(changes, ids) }),
      ...(lifecycle !== undefined && { lifecycle }),
      ...(replaces.length > 0 && { replaces }),
      ...(detached.length > 0 && { detached }),
    };
  });
}
