/** Brings Metabase to what is wanted: reads, plans, does. Begun and broken off, it is finished by the next run. */
import * as z from 'zod';
import type { Metabase } from './client.ts';
import { readFound } from './found.ts';
import { type Action, layout, type PlanOptions, plan } from './plan.ts';
import type { Wanted, WantedCard } from './wanted.ts';

const created = z.object({ id: z.int().positive() });
const anything = z.unknown();

/** @returns what was done, such as `create card Daily revenue`; nothing if all was as wanted */
export async function provision(metabase: Metabase, wanted: Wanted, options: PlanOptions = {}): Promise<string[]> {
  const found = await readFound(metabase, wanted);
  let database = found.database?.id;
  let collection = found.collection;
  const cards = new Map(found.cards.toReversed().map(({ name, id }) => [name, id]));

  const done: string[] = [];
  for (const action of plan(wanted, found, options)) {
    await apply(action);
    done.push(describe(action));
  }
  return done;

  async function apply(action: Action): Promise<void> {
    switch (action.kind) {
      case 'create database':
        database = (await post('/api/database', { ...wanted.database, engine: 'postgres' })).id;
        return;
      case 'update database':
        await put(`/api/database/${action.id}`, wanted.database);
        return;
      case 'create collection':
        collection = (await post('/api/collection', wanted.collection)).id;
        return;
      case 'create card': {
        const body = { ...cardBody(action.card), collection_id: collection };
        cards.set(action.card.name, (await post('/api/card', body)).id);
        return;
      }
      case 'update card':
        await put(`/api/card/${action.id}`, { ...cardBody(action.card), visualization_settings: action.settings });
        return;
      case 'create dashboard': {
        const { name, description } = action.dashboard;
        const { id } = await post('/api/dashboard', { name, description, collection_id: collection });
        await layOut(id, action.dashboard.cards);
        return;
      }
      case 'update dashboard':
        await put(`/api/dashboard/${action.id}`, { description: action.dashboard.description });
        await layOut(action.id, action.dashboard.cards);
    }
  }

  /** The cells that are sent are all that the dashboard then has; one with a negative id is new. */
  async function layOut(dashboard: number, names: readonly string[]): Promise<void> {
    const dashcards = layout(names.map((name) => cards.get(name))).map((cell, index) => ({ id: -1 - index, ...cell }));
    await put(`/api/dashboard/${dashboard}`, { dashcards });
  }

  function cardBody({ name, description, sql, display, settings }: WantedCard) {
    // MBQL 4: all versions take it.
    const dataset_query = { type: 'native', native: { query: sql }, database };
    return { name, description, display, visualization_settings: settings, dataset_query };
  }

  function post(path: string, body: object): Promise<{ id: number }> {
    return metabase.call('POST', path, created, body);
  }

  async function put(path: string, body: object): Promise<void> {
    await metabase.call('PUT', path, anything, body);
  }
}

function describe(action: Action): string {
  if ('card' in action) return `${action.kind} ${action.card.name}`;
  if ('dashboard' in action) return `${action.kind} ${action.dashboard.name}`;
  return action.kind;
}
