/** The page's server as an attacker meets it, byte by byte, on a real port. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { consoleApp } from '#console/server/app.ts';
import { buildAssets } from '#console/server/build-assets.ts';
import { openLive, type Watch } from '#console/server/live.ts';
import { byKey } from '#console/server/login.ts';
import { type Listening, listen } from '#console/server/node.ts';
import { route } from '#console/server/route.ts';
import { routes } from '#console/server/routes.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { until } from '#localstack/processes/until.ts';
import type { Backbone } from '#operations/backbone.ts';
import type { PulseFeed } from '#operations/open-pulse.ts';
import type { ProofNote } from '#operations/proofs.ts';
import { isLoopback, listenersOf } from '../support/listening.ts';
import { pageRequests } from '../support/page-requests.ts';

const KEY = 'the-key-of-this-run';
let port: number;
let server: Listening;
/** Takes a body, as routes do that act. */
const act = route({
  ...{ method: 'POST', path: '/api/act', right: 'act', operation: null },
  asks: { by: z.string() },
  answer: ({ by }) => by.length,
});

/** How many watch the backbone for the pages, and what they are told. */
let watching = 0;
let say: Parameters<Watch>[0];

beforeAll(async () => {
  [port = 0] = await freePorts(1);
  server = await serve(port);
});
afterAll(() => server.close());

async function serve(on: number): Promise<Listening> {
  const assets = await buildAssets();
  const app = consoleApp({
    // No test here asks a route that asks these.
    backbone: {} as Backbone,
    pulse: {} as PulseFeed,
    live: openLive((news) => {
      watching += 1;
      say = news;
      return () => {
        watching -= 1;
      };
    }),
    login: byKey(KEY, {
      environment: 'local',
      version: '1.0.0',
      startedAt: null,
      by: 'ada',
      may: ['look', 'read', 'act'],
      links: {},
    }),
    ...{
      routes: [...routes, act],
      assets: async () => assets,
      origins: [`http://127.0.0.1:${on}`, `http://localhost:${on}`],
    },
  });
  return listen(app, { port: on, address: '127.0.0.1' });
}

const host = () => `Host: 127.0.0.1:${port}`;
const key = `Authorization: Bearer ${KEY}`;

/** Sends these bytes and reads until the server has closed, or as long as the answer takes. */
async function raw(...lines: readonly string[]): Promise<{ status: number; text: string }> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  socket.on('error', () => {}); // The server may close while we send.
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await until(() => text.includes('\r\n\r\n') || socket.closed, { what: 'an answer', within: 60_000 });
  socket.destroy();
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text };
}

async function openEvents(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`GET /api/live HTTP/1.1\r\n${host()}\r\n${key}\r\n\r\n`);
  await until(() => watching === 1, { what: 'the page is watching', within: 60_000 });
  return socket;
}

const proof = (text: string): ProofNote => ({
  ...{ id: 1, provedAt: '2026-11-30T12:00:00.000Z', seconds: 1, depth: 'objects', all: false, dags: false },
  ...{ balanced: false, checks: 1 },
  off: [{ name: text, expected: 0, actual: 1, where: [] }],
});

describe('requests that no browser sends', () => {
  it.each([
    ['two hosts, ours first', 421, () => ['GET / HTTP/1.1', host(), 'Host: evil.example']],
    ['two hosts, ours last', 421, () => ['GET / HTTP/1.1', 'Host: evil.example', host()]],
    ['two hosts, both ours', 421, () => ['GET / HTTP/1.1', host(), host()]],
    ['no host', 421, () => ['GET / HTTP/1.1']],
    ['no host, by HTTP/1.0', 421, () => ['GET / HTTP/1.0']],
    ['the host of IPv6', 421, () => ['GET / HTTP/1.1', `Host: [::1]:${port}`]],
    ['two keys', 401, () => ['GET /api/session HTTP/1.1', host(), 'Authorization: Bearer wrong', key]],
    [
      'two origins',
      403,
      () => ['GET / HTTP/1.1', host(), `Origin: http://127.0.0.1:${port}`, 'Origin: http://evil.example'],
    ],
    ['another server in the request line', 400, () => ['GET http://evil.example/ HTTP/1.1', host()]],
    ['a way to a proxy in the request line', 404, () => ['GET //evil.example/ HTTP/1.1', host()]],
    ['a way out of the folder', 404, () => ['GET /../../package.json HTTP/1.1', host()]],
    ['a way out of the folder, encoded', 404, () => ['GET /%2e%2e/%2e%2e/package.json HTTP/1.1', host()]],
    ['TRACE', 400, () => ['TRACE / HTTP/1.1', host()]],
    ['OPTIONS of everything', 400, () => ['OPTIONS * HTTP/1.1', host()]],
    ['a method that does not exist', 400, () => ['STEAL / HTTP/1.1', host()]],
    ['no HTTP at all', 400, () => ['\x16\x03\x01\x02']],
    ['headers of 20 KB', 431, () => ['GET / HTTP/1.1', host(), `X-Large: ${'x'.repeat(20_000)}`]],
    ['10,000 headers', 431, () => ['GET / HTTP/1.1', host(), ...Array.from({ length: 10_000 }, (_, i) => `X-${i}: 1`)]],
    [
      'a length and chunks, for who reads them otherwise',
      400,
      () => [
        ...['POST /api/session HTTP/1.1', host(), key, 'Content-Type: application/json'],
        ...['Content-Length: 3', 'Transfer-Encoding: chunked', '', '0'],
      ],
    ],
  ] as const)('%s: %i, protected as every answer', async (_, status, lines) => {
    const answer = await raw(...lines());
    expect(answer.status, answer.text).toBe(status);
    expect(answer.text.toLowerCase()).toContain("content-security-policy: default-src 'none'");
    expect(answer.text.toLowerCase()).toContain('x-content-type-options: nosniff');
    expect(answer.text.toLowerCase()).not.toContain('access-control');
    expect(answer.text).not.toContain(KEY);
  });

  it('a browser that asks whether another page may post is told nothing that allows it', async () => {
    const preflight = ['Origin: https://evil.example', 'Access-Control-Request-Method: POST'];
    const { status, text } = await raw('OPTIONS /api/session HTTP/1.1', host(), ...preflight);
    expect(status).toBe(403);
    expect(text.toLowerCase()).not.toContain('access-control');
  });

  it('HEAD of the page has its headers and no body', async () => {
    const { status, text } = await raw('HEAD / HTTP/1.1', host());
    expect(status).toBe(200);
    expect(text.toLowerCase()).toContain('content-security-policy');
    expect(text.split('\r\n\r\n')[1]).toBe('');
  });
});

describe('what behind a load balancer is answered alike (team-page.test.ts)', () => {
  it.each(pageRequests('').map(({ what }, at) => [what, at] as const))('%s', async (_, at) => {
    const asked = pageRequests(`http://127.0.0.1:${port}`)[at];
    if (!asked) throw new Error('There is no such request.');
    const { method = 'GET', path, headers = {}, body = '', status } = asked;
    const sent = { host: `127.0.0.1:${port}`, authorization: `Bearer ${KEY}`, ...headers };
    const lines = Object.entries({ ...sent, 'content-length': body.length }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    const answer = await raw(`${method} ${path} HTTP/1.1`, ...lines, '', body);
    expect(answer.status, answer.text).toBe(status);
  });
});

describe('requests that take what the machine has', () => {
  it('a body over 1 MB is refused before it is read, and ends its connection', async () => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    socket.on('error', () => {});
    const headers = [host(), key, 'Content-Type: application/json', 'Content-Length: 1000000000'];
    socket.write(`POST /api/act HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
    const part = Buffer.alloc(64 * 1024, 'x');
    let sent = 0;
    while (!socket.closed && sent < 200_000_000) {
      sent += part.length;
      if (!socket.write(part)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {});
    }
    await until(() => socket.closed, { what: 'the connection is closed', within: 60_000 });
    expect(sent).toBeLessThan(100_000_000);
    // The connection may break before we read.
    if (text) expect(text).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('a body of 1 MB is read whole', async () => {
    const by = 'x'.repeat(999_980);
    const answer = await fetch(`http://127.0.0.1:${port}/api/act`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ by }),
    });
    expect(await answer.json()).toMatchObject({ data: by.length });
  });

  it('who sends its request byte by byte is sent away', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    const bytes = `GET / HTTP/1.1\r\n${host()}\r\nX-Slow: ${'x'.repeat(10_000)}`;
    const began = performance.now();
    for (const byte of bytes) {
      if (socket.closed) break;
      socket.write(byte);
      await delay(50);
    }
    expect(socket.closed).toBe(true);
    expect(performance.now() - began).toBeLessThan(60_000);
  });

  it.each(['', key])('who goes in the middle of its request harms nobody else', async (authorization) => {
    const headers = [
      host(),
      ...[authorization].filter(Boolean),
      'Content-Type: application/json',
      'Content-Length: 1000',
    ];
    for (let sent = 0; sent < 20; sent += 1) {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      socket.write(`POST /api/act HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n{"by":"`);
      await delay(sent);
      socket.destroy();
    }
    expect((await raw('GET / HTTP/1.1', host())).status).toBe(200);
  });

  it('the server answers others meanwhile', async () => {
    const idle = Array.from({ length: 50 }, () => connect(port, '127.0.0.1').on('error', () => {}));
    for (const socket of idle) socket.write(`POST /api/session HTTP/1.1\r\n${host()}\r\n`);
    expect((await raw('GET / HTTP/1.1', host())).status).toBe(200);
    for (const socket of idle) socket.destroy();
  });
});

describe('live events', () => {
  it('need the key, and name no other origin', async () => {
    expect((await raw('GET /api/live HTTP/1.1', host())).status).toBe(401);
    expect((await raw('GET /api/live HTTP/1.1', host(), 'Host: evil.example', key)).status).toBe(421);
    expect(watching).toBe(0);
  });

  it('of a page that has gone nothing stays', async () => {
    const socket = await openEvents();
    socket.destroy();
    await until(() => watching === 0, { what: 'nobody is watched for', within: 60_000 });
  });

  it('a page that never reads is cut off, before what waits for it grows', async () => {
    const socket = await openEvents();
    socket.pause();
    const before = process.memoryUsage().rss;
    let said = 0;
    while (watching > 0 && said < 2_000) {
      say('proof', proof('x'.repeat(100_000)));
      said += 1;
      if (said % 10 === 0) await delay(1);
    }
    expect(watching).toBe(0);
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
    socket.destroy();
  });

  it('end at once when the server ends, which frees its port', async () => {
    const own = port;
    const [other = 0] = await freePorts(1);
    const ending = await serve(other);
    port = other;
    try {
      const socket = await openEvents();
      socket.resume();
      const closed = once(socket, 'close');
      await ending.close();
      await closed;
      await until(() => watching === 0, { what: 'nobody is watched for', within: 60_000 });
      await (await serve(other)).close();
    } finally {
      port = own;
    }
  });
});

it('listens on this machine alone', () => {
  const own = listenersOf([process.pid]).filter((listener) => listener.port === port);
  expect(own.length).toBeGreaterThan(0);
  expect(own.every(isLoopback)).toBe(true);
});
