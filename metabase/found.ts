/** Reads what Metabase has already, as far as metabase/ decides on it. */
import * as z from 'zod';
import type { Metabase } from './client.ts';
import type { Wanted } from './wanted.ts';

const id = z.int().positive();
const settings = z.record(z.string(), z.unknown());

const database = z.object({ id, name: z.string(), engine: z.string(), details: settings.optional() });

/** Includes the root, with the id "root", and everybody's personal collections. */
const collection = z.object({
  id: z.union([id, z.string()]),
  name: z.string().nullish(),
  location: z.string().nullish(),
  personal_owner_id: z.int().nullish(),
});

/** MBQL 4 before version 57, and MBQL 5 from then on, unless the request says otherwise. */
const query = z.union([
  z.object({ native: z.object({ query: z.string() }) }).transform(({ native }) => native.query),
  z.object({ stages: z.tuple([z.object({ native: z.string() })]) }).transform(({ stages }) => stages[0].native),
  z.unknown().transform(() => undefined),
]);

const card = z
  .object({
    id,
    name: z.string(),
    description: z.string().nullish(),
    display: z.string(),
    collection_id: id.nullish(),
    dataset_query: query,
    visualization_settings: settings,
  })
  .transform(({ dataset_query: sql, visualization_settings, ...rest }) => ({
    ...rest,
    sql,
    settings: visualization_settings,
  }));

const dashcard = z.object({
  id: z.int(),
  card_id: id.nullish(),
  dashboard_tab_id: z.int().nullish(),
  row: z.int(),
  col: z.int(),
  size_x: z.int(),
  size_y: z.int(),
});

const dashboard = z.object({
  id,
  name: z.string(),
  description: z.string().nullish(),
  dashcards: z.array(dashcard),
});

const items = z.object({ data: z.array(z.object({ id, name: z.string(), model: z.string() })) });

export type FoundCard = z.infer<typeof card>;
export type FoundDashboard = z.infer<typeof dashboard>;

export interface Found {
  readonly database?: z.infer<typeof database> | undefined;
  /** Its id. */
  readonly collection?: number | undefined;
  /** In the collection and of the database. */
  readonly cards: readonly FoundCard[];
  /** In the collection. */
  readonly dashboards: readonly FoundDashboard[];
}

/** Finds things by their names, the oldest first; those in the trash don't count. */
export async function readFound(metabase: Metabase, wanted: Wanted): Promise<Found> {
  const { data: databases } = await metabase.call('GET', '/api/database', z.object({ data: z.array(database) }));
  const found = databases.find((each) => each.name === wanted.database.name && each.engine === 'postgres');

  const collections = await metabase.call('GET', '/api/collection', z.array(collection));
  const home = collections.find(
    ({ name, location, personal_owner_id: owner }) => name === wanted.collection.name && location === '/' && !owner,
  )?.id;
  if (typeof home !== 'number') return { database: found, cards: [], dashboards: [] };

  const cards = found ? await metabase.call('GET', `/api/card?f=database&model_id=${found.id}`, z.array(card)) : [];
  const { data } = await metabase.call('GET', `/api/collection/${home}/items?models=dashboard`, items);
  const names = wanted.dashboards.map(({ name }) => name);
  const ours = data.filter(({ model, name }) => model === 'dashboard' && names.includes(name));
  return {
    database: found,
    collection: home,
    cards: byId(cards.filter(({ collection_id }) => collection_id === home)),
    dashboards: await Promise.all(
      byId(ours).map((each) => metabase.call('GET', `/api/dashboard/${each.id}`, dashboard)),
    ),
  };
}

const byId = <T extends { readonly id: number }>(all: readonly T[]): T[] => all.toSorted((a, b) => a.id - b.id);
