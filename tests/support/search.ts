/** Elasticsearch for tests: a separate node, and a proxy that answers like a server without room. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { installFolder } from '#adapters/repository.ts';
import { connectSearch, type Search } from '#adapters/search/index.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { type ElasticsearchService, startElasticsearch } from '#localstack/services/elasticsearch.ts';

export const openSearch = (url: string): Promise<Search> => connectSearch({ url, secretId: undefined });

export interface OwnNode {
  readonly url: string;
  /** Kills the node, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  /** Stops it in an orderly way and deletes its data. */
  remove(): Promise<void>;
}

export async function startOwnNode(): Promise<OwnNode> {
  const folder = mkdtempSync(join(tmpdir(), 'tillstream-elasticsearch-'));
  const [port = 0, transportPort = 0] = await freePorts(2);
  const context = { runFolder: folder, installFolder, report: () => {} };
  const launch = (): Promise<ElasticsearchService> => startElasticsearch({ port, transportPort }, context);
  let service = await launch();
  return {
    url: service.url,
    kill: () => service.kill(),
    async start() {
      service = await launch();
    },
    async remove() {
      await service.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

export interface CrowdedSearch {
  readonly url: string;
  /** The ids in each bulk request, in order of arrival. */
  readonly bulks: readonly (readonly string[])[];
  close(): Promise<void>;
}

/** A proxy before a real Elasticsearch: passes every second item of a bulk request, and answers the others with 429. */
export async function startCrowdedSearch(target: string): Promise<CrowdedSearch> {
  const bulks: string[][] = [];
  const server = createServer(async (incoming, outgoing) => {
    const { method, url = '', headers } = incoming;
    const { 'content-type': type, accept } = headers;
    const forward = (body: string) =>
      fetch(target + url, {
        method,
        headers: { ...(type && { 'content-type': type }), ...(accept && { accept }) },
        ...(body && { body }),
      });
    const sent = await text(incoming);
    const items = url.includes('/_bulk') ? itemsOf(sent) : [];
    if (items.length > 0) bulks.push(items.map(({ id }) => id));
    const passed = items.length > 0 ? items.filter((_, index) => index % 2 === 0).map(({ lines }) => lines) : [sent];
    const answer = await forward(passed.join(''));
    const body = await answer.text();
    outgoing.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? '',
      'x-elastic-product': 'Elasticsearch', // The client refuses servers without this header.
    });
    outgoing.end(items.length > 0 ? withRefusals(items, body) : body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bulks,
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

interface BulkItem {
  readonly id: string;
  readonly action: string;
  readonly lines: string;
}

/** An action takes one line, followed by a line with its document if it has one. */
function itemsOf(body: string): BulkItem[] {
  const items: BulkItem[] = [];
  const lines = body.trimEnd().split('\n');
  for (let at = 0; at < lines.length; ) {
    const [[action, { _id: id }] = ['', { _id: '' }]] = Object.entries<{ _id: string }>(JSON.parse(lines[at] ?? ''));
    const next = at + (action === 'delete' ? 1 : 2);
    items.push({ id, action, lines: `${lines.slice(at, next).join('\n')}\n` });
    at = next;
  }
  return items;
}

function withRefusals(sent: readonly BulkItem[], body: string): string {
  const answer = JSON.parse(body);
  const error = { type: 'es_rejected_execution_exception', reason: 'no room' };
  const items = sent.map(({ id, action }, index) =>
    index % 2 === 0 ? answer.items[index / 2] : { [action]: { _id: id, status: 429, error } },
  );
  return JSON.stringify({ ...answer, errors: true, items });
}
