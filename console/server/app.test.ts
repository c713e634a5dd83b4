import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Backbone } from '#operations/backbone.ts';
import type { PulseFeed } from '#operations/open-pulse.ts';
import type { Answer, Failure, Right } from '../api.ts';
import { consoleApp, type Report } from './app.ts';
import { buildAssets } from './build-assets.ts';
import { openLive } from './live.ts';
import { byKey } from './login.ts';
import { Refusal } from './refusal.ts';
import { route, wholeNumber } from './route.ts';

const KEY = 'a-key-of-this-run';
const ORIGIN = 'http://127.0.0.1:8004';
const assets = buildAssets();

const echo = route({
  ...{ method: 'GET', path: '/api/echo/:id', right: 'look', operation: null },
  asks: { id: wholeNumber, text: z.string().optional() },
  answer: (asked) => asked,
});
const act = route({
  ...{ method: 'POST', path: '/api/act', right: 'act', operation: null },
  asks: { by: z.string() },
  answer: ({ by }) => ({ by }),
});
const large = route({
  ...{ method: 'GET', path: '/api/large', right: 'look', operation: null },
  asks: {},
  answer: () => 'x'.repeat(1_000_000),
});
const away = route({
  ...{ method: 'GET', path: '/api/away', right: 'look', operation: null },
  asks: {},
  answer: () =>
    Promise.reject(Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })),
});

const wrong = route({
  ...{ method: 'GET', path: '/api/wrong/:id', right: 'look', operation: null },
  asks: { id: wholeNumber },
  answer: () => Promise.reject(new TypeError('x is undefined')),
});

/** None of these routes asks the backbone. */
const nobody = { backbone: {} as Backbone, pulse: {} as PulseFeed };

const appOf = (may: readonly Right[] = ['look', 'read', 'act'], report?: Report) =>
  consoleApp({
    ...nobody,
    live: openLive(() => () => {}),
    login: byKey(KEY, { environment: 'local', version: '1.0.0', startedAt: null, by: 'ada', may, links: {} }),
    assets: () => assets,
    routes: [echo, act, large, away, wrong],
    origins: [ORIGIN, 'http://localhost:8004'],
    report,
  });

interface Given {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly app?: ReturnType<typeof appOf>;
}

const ask = (path: string, { headers = {}, app = appOf(), ...rest }: Given = {}) =>
  app(
    new Request(`http://console${path}`, {
      ...rest,
      headers: { host: '127.0.0.1:8004', authorization: `Bearer ${KEY}`, ...headers },
    }),
  );

const post = (given: Given = {}) =>
  ask('/api/act', {
    method: 'POST',
    body: '{"by":"ada"}',
    ...given,
    headers: { 'content-type': 'application/json', ...given.headers },
  });

const errorOf = async (response: Response): Promise<Failure['error']> => ((await response.json()) as Failure).error;
const codeOf = async (response: Response): Promise<string> => (await errorOf(response)).code;

describe('who may ask', () => {
  it.each([
    'evil.example',
    'evil.example:8004',
    '127.0.0.1',
    '127.0.0.1:8005',
    '[::1]:8004',
    '127.0.0.1:8004, 127.0.0.1:8004',
    '',
  ])('the host %j is refused, for files and routes', async (host) => {
    for (const path of ['/', '/api/echo/1', '/api/nothing'])
      expect((await ask(path, { headers: { host } })).status).toBe(421);
  });

  it('answers to localhost too', async () => {
    expect((await ask('/api/echo/1', { headers: { host: 'localhost:8004' } })).status).toBe(200);
  });

  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['the same machine by its other name', { origin: 'http://localhost:8004' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of the machine', { 'sec-fetch-site': 'same-site' }],
    [
      'a frame of another site',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
    ],
  ])('a page of %s is refused, for files and routes', async (_, headers) => {
    for (const path of ['/', '/api/echo/1']) expect((await ask(path, { headers })).status).toBe(403);
    expect((await post({ headers })).status).toBe(403);
  });

  it('a link on another page opens ours, and asks no route', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await ask('/', { headers })).status).toBe(200);
    expect((await ask('/api/echo/1', { headers })).status).toBe(403);
  });

  it.each(['', 'Bearer', `Bearer ${KEY}x`, `Bearer ${KEY.slice(1)}`, `Basic ${KEY}`, KEY])(
    'authorization %j is refused by every route, whether it is there or not',
    async (authorization) => {
      for (const path of ['/api/echo/1', '/api/nothing'])
        expect((await ask(path, { headers: { authorization } })).status).toBe(401);
      expect((await post({ headers: { authorization } })).status).toBe(401);
    },
  );

  it('files need no key, and have no secret', async () => {
    const page = await ask('/', { headers: { authorization: '' } });
    expect(page.status).toBe(200);
    expect(await page.text()).not.toContain(KEY);
  });

  it('what one may not do is not there', async () => {
    expect((await post({ app: appOf(['look', 'read']) })).status).toBe(404);
    expect((await ask('/api/echo/1', { app: appOf([]) })).status).toBe(404);
  });
});

describe('somebody whom a login proves', () => {
  const session = { environment: 'prod', version: '1.0.0', startedAt: null, links: {} };
  const app = consoleApp({
    ...nobody,
    ...{ live: openLive(() => () => {}), assets: () => assets, routes: [echo, act], origins: ['https://page.example'] },
    login: (headers) => {
      const by = headers.get('x-login');
      if (by === null) throw new Refusal(401, 'no_login', 'Nobody.');
      return { ...session, by, byIsProved: true, may: by === 'ada' ? ['look', 'act'] : ['look'] };
    },
  });
  const as = (by: string) => ({ host: 'page.example', authorization: '', 'x-login': by });

  it('acts under no other name, whatever the page sends', async () => {
    const given = { app, headers: as('ada'), body: '{"by":"somebody else"}' };
    expect(await (await post(given)).json()).toMatchObject({ data: { by: 'ada' } });
  });

  it('may do what the login says, each by each', async () => {
    expect((await post({ app, headers: as('bob') })).status).toBe(404);
    expect((await post({ app, headers: as('ada') })).status).toBe(200);
    expect((await ask('/api/echo/1', { app, headers: as('bob') })).status).toBe(200);
  });

  it('is asked of every route, and not of files; a key is no login', async () => {
    const headers = { host: 'page.example' };
    expect((await ask('/api/echo/1', { app, headers })).status).toBe(401);
    expect((await ask('/', { app, headers })).status).toBe(200);
  });
});

describe('what is asked', () => {
  it('path and query are read together', async () => {
    const { data, at } = (await (await ask('/api/echo/7?text=a%20b')).json()) as Answer<unknown>;
    expect(data).toEqual({ id: 7, text: 'a b' });
    expect(new Date(at).toISOString()).toBe(at);
  });

  it.each(['/api/echo/seven', '/api/echo/1?text=a&text=b', '/api/echo/1?unknown=1', '/api/echo/-1'])(
    '%s is not understood',
    async (path) => {
      const response = await ask(path);
      expect(response.status).toBe(400);
      expect(await codeOf(response)).toBe('not_understood');
    },
  );

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
    'POST of %j is refused',
    async (type) => expect((await post({ headers: { 'content-type': type } })).status).toBe(403),
  );

  it.each([
    ['', 'no_json'],
    ['{"by"', 'no_json'],
    ['["ada"]', 'no_object'],
    ['null', 'no_object'],
    ['{"by":1}', 'not_understood'],
    ['{"by":"ada","__proto__":{"may":"act"}}', 'not_understood'],
  ])('the body %j is %s', async (body, code) => {
    const response = await post({ body });
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe(code);
  });

  it('a body of 1 MB is read, and more is refused', async () => {
    const bodyOf = (bytes: number) => JSON.stringify({ by: 'x'.repeat(bytes - '{"by":""}'.length) });
    expect((await post({ body: bodyOf(1_000_000) })).status).toBe(400); // Its answer would be as large.
    expect((await post({ body: bodyOf(800_000) })).status).toBe(200);
    expect((await post({ body: bodyOf(1_000_001) })).status).toBe(413);
  });

  it.each(['PUT', 'DELETE', 'OPTIONS', 'HEAD'])('%s is no method of a route', async (method) => {
    expect((await ask('/api/echo/1', { method })).status).toBe(405);
  });
});

describe('what is answered', () => {
  it('every response is protected, errors too, and none is open to other origins', async () => {
    const all = [
      ask('/'),
      ask('/nothing'),
      ask('/api/echo/1'),
      ask('/api/nothing'),
      ask('/', { headers: { host: 'evil.example' } }),
      ask('/api/echo/1', { headers: { origin: 'https://evil.example' } }),
      ask('/api/echo/1', { headers: { authorization: '' } }),
      ask('/api/away'),
      ask('/', { method: 'PUT' }),
      post(),
    ];
    for (const { headers, status } of await Promise.all(all)) {
      expect(headers.get('content-security-policy'), String(status)).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).toContain("require-trusted-types-for 'script'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(headers.get('set-cookie')).toBe(null);
    }
  });

  it('an answer over 900 KB is refused', async () => {
    const response = await ask('/api/large');
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe('answer_too_large');
  });

  it('a service that is away is named, with what to do', async () => {
    const response = await ask('/api/away');
    expect(response.status).toBe(503);
    expect(await errorOf(response)).toMatchObject({
      message: expect.stringContaining('ECONNREFUSED'),
      hint: expect.stringContaining('doctor'),
    });
  });

  it('a fault of ours is reported with its cause and place, and nothing else is', async () => {
    const reported: unknown[] = [];
    const app = appOf(undefined, (error, where) => reported.push([(error as Error).message, where]));
    expect((await ask('/api/wrong/7?', { app })).status).toBe(500);
    expect(reported).toEqual([['x is undefined', 'GET /api/wrong/7']]);
    await Promise.all(['/api/away', '/api/nothing', '/api/echo/x', '/api/large'].map((path) => ask(path, { app })));
    expect(reported).toHaveLength(1);
  });

  it('nothing is kept of what was asked, and what has its content in its name for ever', async () => {
    for (const path of ['/', '/api/echo/1', '/nothing'])
      expect((await ask(path)).headers.get('cache-control'), path).toBe('no-store');
    const [hashed = ''] = [...(await assets).keys()].filter((path) => path !== '/');
    expect((await ask(hashed)).headers.get('cache-control')).toContain('immutable');
  });
});
