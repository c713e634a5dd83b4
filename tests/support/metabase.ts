/**
 * Stands in for the part of Metabase's REST API that metabase/ uses: accepts what the schemas in Metabase's source accept,
 * refuses the rest, answers as in tests/fixtures/metabase, and stores what it receives. Metabase itself can't run in the
 * tests.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { inRepository } from '#adapters/repository.ts';

type Json = Record<string, unknown>;
type Stored = Json & { id: number; name: string };

const fixture = <T = Json>(name: string): T =>
  JSON.parse(readFileSync(inRepository(`tests/fixtures/metabase/${name}.json`), 'utf8'));

const fixtures = {
  properties: fixture('properties'),
  database: fixture<Stored>('database'),
  collections: fixture<Stored[]>('collections'),
  collection: fixture('collection'),
  card: fixture('card'),
  dashboard: fixture('dashboard'),
  dashcard: fixture('dashcard'),
};

const notBlank = z.string().regex(/\S/);
const positive = z.int().positive();
const settings = z.record(z.string(), z.unknown());
const nativeQuery = z.strictObject({
  type: z.literal('native'),
  database: positive,
  native: z.strictObject({ query: notBlank }),
});
const card = z.strictObject({
  name: notBlank,
  description: notBlank.nullish(),
  display: notBlank,
  visualization_settings: settings,
  dataset_query: nativeQuery,
  collection_id: positive.nullish(),
});
const details = z.strictObject({
  host: notBlank,
  port: positive,
  dbname: notBlank,
  user: notBlank,
  password: notBlank,
  ssl: z.boolean(),
  'schema-filters-type': z.enum(['all', 'inclusion', 'exclusion']),
});
const dashcard = z.strictObject({
  id: z.int(),
  card_id: positive.nullish(),
  row: z.int().nonnegative(),
  col: z.int().nonnegative(),
  size_x: positive,
  size_y: positive,
});
const uniqueIds = (cards: readonly { id: number }[]) => new Set(cards.map(({ id }) => id)).size === cards.length;

/** The accepted bodies: unknown fields are refused, as by the schemas in Metabase's source. */
const bodies = {
  'POST /api/session': z.strictObject({ username: notBlank, password: notBlank }),
  'POST /api/setup': z.strictObject({
    token: notBlank,
    user: z.strictObject({
      email: z.email(),
      password: z.string().min(6).regex(/\d/),
      first_name: notBlank.nullish(),
      last_name: notBlank.nullish(),
    }),
    prefs: z.strictObject({ site_name: notBlank, allow_tracking: z.boolean() }),
  }),
  'POST /api/database': z.strictObject({ name: notBlank, engine: z.literal('postgres'), details }),
  'PUT /api/database/:id': z.strictObject({ name: notBlank, details }).partial(),
  'POST /api/collection': z.strictObject({ name: notBlank, description: notBlank.nullish() }),
  'POST /api/card': card,
  'PUT /api/card/:id': card.partial(),
  'POST /api/dashboard': z.strictObject({
    name: notBlank,
    description: z.string().nullish(),
    collection_id: positive.nullish(),
  }),
  'PUT /api/dashboard/:id': z
    .strictObject({ description: z.string().nullish(), dashcards: z.array(dashcard).refine(uniqueIds) })
    .partial(),
} as const;

class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

const PROTECTED = '**MetabasePass**';

export interface MetabaseOptions {
  /** bi_reader's password in the database. */
  readonly databasePassword: string;
  /** Whether the database speaks TLS. */
  readonly tls?: boolean;
  /** Versions before 57 returned queries as MBQL 4. */
  readonly mbql?: 4 | 5;
}

export async function startMetabase({ databasePassword, tls = false, mbql = 5 }: MetabaseOptions) {
  const setupToken = randomUUID();
  const sessions = new Set<string>();
  const state = {
    user: undefined as { email: string; password: string } | undefined,
    databases: [fixtures.database] as Stored[],
    collections: [...fixtures.collections],
    cards: [] as Stored[],
    dashboards: [] as (Stored & { dashcards: Stored[] })[],
    /** Such as `PUT /api/card/3`. */
    requests: [] as string[],
    /** How many more writes succeed; later ones fail with 500. */
    writesLeft: Number.POSITIVE_INFINITY,
  };
  let lastId = 10;

  const logIn = () => {
    const session = randomUUID();
    sessions.add(session);
    return { id: session };
  };
  const connect = (wanted: z.infer<typeof details>) => {
    if (wanted.password !== databasePassword)
      throw new Refusal(400, { message: 'Looks like the username or password is incorrect.', errors: {} });
    if (wanted.ssl && !tls) throw new Refusal(400, { message: 'The server does not support SSL.', errors: {} });
  };
  const find = <T extends Stored>(all: readonly T[], id: string): T => {
    const found = all.find((each) => each.id === Number(id));
    if (!found) throw new Refusal(404, 'Not found.');
    return found;
  };
  const toMbql5 = ({ dataset_query, ...rest }: Json) => {
    const { database, native } = dataset_query as z.infer<typeof nativeQuery>;
    const stages = [{ 'lib/type': 'mbql.stage/native', native: native.query }];
    const query = mbql === 4 ? dataset_query : { 'lib/type': 'mbql/query', database, stages };
    return { ...rest, dataset_query: query };
  };
  const checkCollection = (id: unknown) => {
    if (id !== undefined && !state.collections.some((each) => each.id === id)) throw new Refusal(404, 'Not found.');
  };
  const hidePassword = ({ details: all, ...rest }: Stored) => ({
    ...rest,
    details: { ...(all as Json), ...('password' in (all as Json) && { password: PROTECTED }) },
  });

  const routes: Record<string, (id: string, body: never, query: URLSearchParams) => unknown> = {
    'GET /api/health': () => ({ status: 'ok' }),
    'GET /api/session/properties': () => ({
      ...fixtures.properties,
      'has-user-setup': state.user !== undefined,
      'setup-token': state.user ? null : setupToken,
    }),
    'POST /api/session': (_id, { username, password }: z.infer<(typeof bodies)['POST /api/session']>) => {
      if (username !== state.user?.email || password !== state.user.password)
        throw new Refusal(401, { errors: { password: 'did not match stored password' } });
      return logIn();
    },
    'POST /api/setup': (_id, { token, user }: z.infer<(typeof bodies)['POST /api/setup']>) => {
      if (state.user) throw new Refusal(403, 'The /api/setup route can only be used to create the first user, …');
      if (token !== setupToken) throw new Refusal(400, { errors: { token: 'Token does not match the setup token.' } });
      state.user = user;
      return logIn();
    },
    'GET /api/database': () => ({ data: state.databases.map(hidePassword), total: state.databases.length }),
    'POST /api/database': (_id, body: z.infer<(typeof bodies)['POST /api/database']>) => {
      connect(body.details);
      // If TLS isn't required, Metabase tries it first and stores whether it worked.
      const kept = { ...body.details, ssl: tls };
      const database = { ...fixtures.database, is_sample: false, ...body, details: kept, id: ++lastId };
      state.databases.push(database);
      return hidePassword(database);
    },
    'PUT /api/database/:id': (id, body: z.infer<(typeof bodies)['PUT /api/database/:id']>) => {
      const database = find(state.databases, id);
      if (body.details) connect(body.details);
      return hidePassword(
        Object.assign(database, body, { details: { ...(database.details as Json), ...body.details } }),
      );
    },
    'GET /api/collection': () => state.collections,
    'POST /api/collection': (_id, body: Json) => {
      const collection = { ...fixtures.collection, ...body, id: ++lastId } as Stored;
      state.collections.push(collection);
      return collection;
    },
    'GET /api/collection/:id/items': (id, _body, query) => {
      find(state.collections, id);
      const data = state.dashboards
        .filter(({ collection_id, archived }) => collection_id === Number(id) && !archived)
        .map(({ id, name, description }) => ({ id, name, description, model: 'dashboard', archived: false }));
      return { total: data.length, data, models: query.getAll('models'), limit: null, offset: null };
    },
    'GET /api/card': (_id, _body, query) => {
      if (query.get('f') !== 'database') throw new Refusal(400, { errors: { f: 'only database is known here' } });
      return state.cards
        .filter(({ database_id, archived }) => database_id === Number(query.get('model_id')) && !archived)
        .map(toMbql5);
    },
    'POST /api/card': (_id, body: z.infer<typeof card>) => {
      checkCollection(body.collection_id);
      find(state.databases, String(body.dataset_query.database));
      const made = { ...fixtures.card, ...body, database_id: body.dataset_query.database, id: ++lastId };
      state.cards.push(made);
      return toMbql5(made);
    },
    'PUT /api/card/:id': (id, body: Json) => toMbql5(Object.assign(find(state.cards, id), body)),
    'GET /api/dashboard/:id': (id) => find(state.dashboards, id),
    'POST /api/dashboard': (_id, body: { name: string; collection_id?: number }) => {
      checkCollection(body.collection_id);
      const dashboard = { ...fixtures.dashboard, ...body, id: ++lastId, dashcards: [] };
      state.dashboards.push(dashboard);
      return dashboard;
    },
    'PUT /api/dashboard/:id': (id, { dashcards, ...body }: z.infer<(typeof bodies)['PUT /api/dashboard/:id']>) => {
      const dashboard = Object.assign(find(state.dashboards, id), body);
      if (!dashcards) return dashboard;
      for (const { card_id } of dashcards) find(state.cards, String(card_id));
      dashboard.dashcards = dashcards.map((cell) => ({
        ...(fixtures.dashcard as Stored),
        ...cell,
        id: cell.id > 0 ? cell.id : ++lastId,
      }));
      return dashboard;
    },
  };
  const PUBLIC = ['GET /api/health', 'GET /api/session/properties', 'POST /api/session', 'POST /api/setup'];

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://metabase');
    const [, id = ''] = /\/(\d+)(?=\/|$)/.exec(url.pathname) ?? [];
    const route = `${request.method} ${url.pathname.replace(/\/\d+(?=\/|$)/, '/:id')}`;
    const answer = (status: number, body: unknown) =>
      response
        .writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' })
        .end(typeof body === 'string' ? body : JSON.stringify(body));
    try {
      state.requests.push(`${request.method} ${url.pathname}`);
      const sent = await text(request);
      if (!PUBLIC.includes(route) && !sessions.has(String(request.headers['x-metabase-session'])))
        throw new Refusal(401, 'Unauthenticated');
      const handle = routes[route];
      if (!handle) throw new Refusal(404, 'API endpoint does not exist.');
      const shape = bodies[route as keyof typeof bodies];
      const body = shape?.safeParse(JSON.parse(sent));
      if (body?.success === false) throw new Refusal(400, { 'specific-errors': z.treeifyError<unknown>(body.error) });
      if (request.method !== 'GET' && !PUBLIC.includes(route) && state.writesLeft-- <= 0)
        throw new Refusal(500, 'Out of memory, say.');
      answer(200, handle(id, body?.data as never, url.searchParams));
    } catch (error) {
      answer(error instanceof Refusal ? error.status : 500, error instanceof Refusal ? error.body : String(error));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
