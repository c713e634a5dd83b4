/** Elasticsearch: one real node, from the published jars. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inRepository } from '#adapters/repository.ts';
import { installElasticsearch } from '../install/elasticsearch.ts';
import { keepFile } from '../processes/keep-file.ts';
import type { RunningService, StartContext } from '../processes/service.ts';
import { type JavaService, startJavaService } from './java-service.ts';

export interface ElasticsearchOptions {
  readonly port: number;
  /** The port for other nodes; a node opens it even if it is the only one. */
  readonly transportPort: number;
  /** Further settings of the node, which override ours. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

export interface ElasticsearchService extends RunningService {
  /** "http://127.0.0.1:9200" */
  readonly url: string;
}

/** Starts a node, on its data if there is any; resolves when every index can be read and written. */
export async function startElasticsearch(
  options: ElasticsearchOptions,
  context: StartContext,
): Promise<ElasticsearchService> {
  const { classPath, modules } = await installElasticsearch(context);
  const node: JavaService<ElasticsearchOptions> = {
    ...{ name: 'Elasticsearch', installed: dirname(modules), classPath, java: JVM },
    onPorts: (port, transportPort) => ({ port, transportPort }),
    prepare(folder, options) {
      mkdirSync(join(folder, 'config'), { recursive: true });
      // JSON is YAML.
      keepFile(join(folder, 'config', 'elasticsearch.yml'), JSON.stringify(nodeSettings(options)));
      return ['tillstream.Launcher', folder, modules];
    },
    isReadyWhen: ({ port }) => `Elasticsearch answers on port ${port}`,
    isReady: async (options) =>
      (await answers(urlOf(options))) &&
      (await answers(`${urlOf(options)}/_cluster/health?wait_for_status=yellow&timeout=1s`)),
  };
  const started = await startJavaService(node, options, context);
  return { ...started, url: urlOf(options) };
}

const urlOf = ({ port }: ElasticsearchOptions): string => `http://127.0.0.1:${port}`;

/** The health API answers with an error while any index lacks a shard. */
async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok ?? false;
}

/** A small heap, and quick instead of thorough compilation: it holds one document per hour. */
const JVM = [
  '-Xms128m',
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  `-Dlog4j2.configurationFile=${inRepository('localstack/install/elasticsearch/log4j2.properties')}`,
];

const nodeSettings = ({ port, transportPort, settings }: ElasticsearchOptions) => ({
  'cluster.name': 'tillstream',
  'node.name': 'local',
  'discovery.type': 'single-node',
  'network.host': '127.0.0.1',
  // Without a list of allowed origins it refuses what comes from a page of another origin; when off, it answers without a look.
  'http.cors.enabled': true,
  'http.port': port,
  'transport.port': transportPort,
  // Otherwise a nearly full disk makes every index read-only.
  'cluster.routing.allocation.disk.threshold_enabled': false,
  // Nor need it check every 30 s: each check makes indices writable again that someone has made read-only.
  'cluster.info.update.interval': '24h',
  // A mistyped index name is an error, not a new index.
  'action.auto_create_index': false,
  ...settings,
});
