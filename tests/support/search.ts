/** Elasticsearch for tests: a node of their own, and the answers of a server that is short of room. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectSearch, type Search } from '#adapters/search.ts';
import { freePorts } from '#localstack/ports.ts';
import { type ElasticsearchService, startElasticsearch } from '#localstack/services/elasticsearch.ts';
import { installFolder } from '../stack.ts';

export const openSearch = (url: string): Promise<Search> => connectSearch({ url, secretId: undefined });

export interface OwnNode {
  readonly url: string;
  /** As a crash would. */
  kill(): Promise<void>;
  /** On the same port and data. */
  start(): Promise<void>;
  /** In an orderly way, and with its data. */
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
