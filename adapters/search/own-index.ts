/**
 * The index behind an alias. Indices `<alias>-v<number>` are ours, and only these are ever replaced or deleted: whatever else
 * stands behind the alias somebody put there.
 */
import type { estypes } from '@elastic/elasticsearch';
import type { Search } from './index.ts';

export interface Definition {
  /** By full name ("index.number_of_shards"); as text, as the server returns them. */
  readonly settings: Readonly<Record<string, string>>;
  readonly mappings: estypes.MappingTypeMapping;
}

/** Asked for again, these would fail, or hide why they failed at first. A busy node takes a while for them. */
const ONCE = { maxRetries: 0, requestTimeout: 40_000 };

export interface OwnIndex {
  readonly index: string;
  /** What is wrong with the one that was there, so that it is new; empty if there was none, absent if it is not new. */
  readonly replaces?: readonly string[];
}

/**
 * Finds the newest index of the alias, or makes the next one, empty and without the alias, if there is none as defined.
 *
 * @param extra settings of a new index that need not be so later
 * @throws if the server makes it otherwise, since an index template adds to what is asked for
 */
export async function openIndex(
  search: Search,
  alias: string,
  definition: Definition,
  extra: () => Promise<Definition['settings']>,
): Promise<OwnIndex> {
  const found = await search.indices.get({ index: `${alias}-v*`, flat_settings: true, expand_wildcards: 'all' });
  const newest = Math.max(0, ...Object.keys(found).map((name) => numberOf(alias, name) ?? 0));
  const present = found[indexOf(alias, newest)];
  const replaces = present ? differences(definition, present) : [];
  if (present && replaces.length === 0) return { index: indexOf(alias, newest) };

  const index = indexOf(alias, newest + 1);
  const { mappings } = definition;
  // Given here, they win over those of any index template; what a template adds to them is found below.
  await search.indices.create({ index, settings: { ...definition.settings, ...(await extra()) }, mappings }, ONCE);
  const made = (await search.indices.get({ index, flat_settings: true }))[index];
  const wrong = differences(definition, made ?? {});
  if (wrong.length === 0) return { index, replaces };
  await search.indices.delete({ index }, ONCE);
  throw new Error(
    `Elasticsearch made index ${index} otherwise than asked: ${wrong.join('; ')}. ` +
      `Take ${alias}-v* out of the index_patterns of the template that adds this: GET _index_template.`,
  );
}

/** Ours begin with 1. */
export const indexOf = (alias: string, number: number): string => `${alias}-v${number}`;

/** @returns undefined if the index is not ours */
export function numberOf(alias: string, index: string): number | undefined {
  const [, number] = index.startsWith(alias) ? (/^-v(\d+)$/.exec(index.slice(alias.length)) ?? []) : [];
  return number === undefined ? undefined : Number(number);
}

/** Where an index is not as defined. Settings and fields that a server or person adds change nothing for our documents. */
export function differences({ settings, mappings }: Definition, found: estypes.IndicesIndexState): string[] {
  const actual: Readonly<Record<string, unknown>> = { ...found.settings };
  const { properties = {}, runtime = {}, ...rest } = found.mappings ?? {};
  const ours = mappings.properties ?? {};
  const expectations: [string, unknown, unknown][] = [
    ...Object.entries(settings).map(([name, value]): [string, unknown, unknown] => [name, value, actual[name]]),
    ['dynamic', mappings.dynamic, rest.dynamic],
    ['_source', undefined, rest._source],
    ...Object.entries(ours).map(([name, value]): [string, unknown, unknown] => [name, value, properties[name]]),
    // They would be searched in place of our fields, and of those within.
    ...Object.entries(runtime)
      .filter(([name]) => Object.hasOwn(ours, name.split('.')[0] ?? name))
      .map(([name, value]): [string, unknown, unknown] => [`runtime field ${name}`, undefined, value]),
  ];
  return expectations
    .filter(([, expected, got]) => !has(got, expected))
    .map(([name, expected, got]) => `${name}: expected ${text(expected)}, got ${text(got)}`);
}

const text = (value: unknown): string => JSON.stringify(value) ?? 'none';

/** Whether all of `expected` is in `value`, at any depth. */
function has(value: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return value === expected;
  if (typeof value !== 'object' || value === null) return false;
  const found = value as Readonly<Record<string, unknown>>;
  return Object.entries(expected).every(([name, each]) => has(found[name], each));
}

/**
 * Makes the index the only one behind the alias, in one step for readers. Removes others of ours.
 *
 * @returns the indices of others that it took from the alias; they are otherwise untouched
 */
export async function switchAlias(search: Search, alias: string, index: string): Promise<string[]> {
  const answer = await search.indices.getAlias({ name: alias }, { ignore: [404] });
  // If there is no alias, the answer has an error and a status beside the indices.
  const behind = 'error' in answer ? {} : answer;
  const others = Object.keys(behind).filter((name) => name !== index);
  // A filter would hide documents from readers.
  const isPlain = Object.keys(behind[index]?.aliases[alias] ?? { absent: true }).length === 0;
  if (others.length === 0 && isPlain) return [];
  const isOurs = (name: string) => numberOf(alias, name) !== undefined;
  const removals = others.map((name) =>
    isOurs(name) ? { remove_index: { index: name } } : { remove: { index: name, alias } },
  );
  await search.indices.updateAliases({ actions: [{ add: { index, alias } }, ...removals] }, ONCE);
  return others.filter((name) => !isOurs(name));
}

/** Identifies the index: one that is deleted and created again has another UUID. */
export async function readUuid(search: Search, index: string): Promise<string> {
  const answer = await search.indices.getSettings({ index, name: 'index.uuid' });
  const uuid = answer[index]?.settings?.index?.uuid;
  if (!uuid)
    throw new Error(
      `Expected a uuid of index ${index} from Elasticsearch, got ${JSON.stringify(answer).slice(0, 200)}`,
    );
  return uuid;
}

/** @returns undefined if nothing is behind the alias, or more than one index */
export async function readUuidBehind(search: Search, alias: string): Promise<string | undefined> {
  const answer = await search.indices.getAlias({ name: alias }, { ignore: [404] });
  const [index, ...others] = 'error' in answer ? [] : Object.keys(answer);
  return index === undefined || others.length > 0 ? undefined : readUuid(search, index);
}
