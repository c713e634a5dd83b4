/** Elasticsearch: one real node, made of the published jars. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRepository } from '#adapters/repository.ts';
import { installElasticsearch } from '../install/elasticsearch.ts';
import type { RunningService, StartContext } from '../processes/service.ts';
import { supervise } from '../processes/supervise.ts';
import { whenReady } from '../processes/when-ready.ts';

export interface ElasticsearchOptions {
  readonly port: number;
  /** Where nodes talk to each other; a node opens it even if there is no other. */
  readonly transportPort: number;
  /** Further settings of the node, which win over ours. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

export interface ElasticsearchService extends RunningService {
  /** "http://127.0.0.1:9200" */
  readonly url: string;
}

/** Starts a node, on the data of the run folder if there is any; resolves when every index can be read and written. */
export async function startElasticsearch(
  options: ElasticsearchOptions,
  context: StartContext,
): Promise<ElasticsearchService> {
  const { classPath, modules } = await installElasticsearch(context);
  context.signal?.throwIfAborted();
  const home = join(context.runFolder, 'elasticsearch');
  const temporary = join(home, 'tmp');
  for (const folder of [join(home, 'config'), temporary]) mkdirSync(folder, { recursive: true });
  // JSON is YAML.
  writeFileSync(join(home, 'config', 'elasticsearch.yml'), JSON.stringify(nodeSettings(options)));

  context.report('starting');
  const node = await supervise(
    {
      name: 'Elasticsearch',
      command: 'java',
      args: [...JVM, `-Djava.io.tmpdir=${temporary}`, '-cp', classPath, 'tillstream.Launcher', home, modules],
      env: { PATH: process.env.PATH, JAVA_HOME: process.env.JAVA_HOME, LC_ALL: 'C.UTF-8' },
      cwd: home,
      logFile: join(context.runFolder, 'logs', 'elasticsearch.log'),
      grace: 6_000,
    },
    context.runFolder,
  );
  const url = `http://127.0.0.1:${options.port}`;
  await whenReady(node, {
    what: `Elasticsearch answers on port ${options.port}`,
    signal: context.signal,
    attempt: async () =>
      (await answers(url)) && (await answers(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`)),
  });
  return { ...node, url };
}

/** The health's answer is an error while any index has a shard that is not there. */
async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok ?? false;
}

/** Small heap, and compiled quickly rather than well: it holds a document per hour. */
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
  'http.port': port,
  'transport.port': transportPort,
  // A disk that is nearly full would make every index read-only.
  'cluster.routing.allocation.disk.threshold_enabled': false,
  // Nor need it look every 30 s: each time it takes back what anyone has made read-only.
  'cluster.info.update.interval': '24h',
  // A mistyped index is an error, not a new index.
  'action.auto_create_index': false,
  ...settings,
});
