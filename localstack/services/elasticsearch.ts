/** Elasticsearch: one real node, from the published jars. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inRepository } from '#adapters/repository.ts';
import { ARCHIVED_WITHIN, classArchive, endRehearsal } from '../install/class-archive.ts';
import { type ElasticsearchInstall, installElasticsearch } from '../install/elasticsearch.ts';
import { javaOptions } from '../processes/java.ts';
import { keepFile } from '../processes/keep-file.ts';
import { freePorts } from '../processes/ports.ts';
import type { RunningService, StartContext } from '../processes/service.ts';
import { type SupervisedProcess, supervise, temporaryFolder } from '../processes/supervise.ts';
import { whenReady } from '../processes/when-ready.ts';

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

const NAME = 'Elasticsearch';

/** Starts a node, on the run folder's data if there is any; resolves when every index can be read and written. */
export async function startElasticsearch(
  options: ElasticsearchOptions,
  context: StartContext,
): Promise<ElasticsearchService> {
  const install = await installElasticsearch(context);
  context.signal?.throwIfAborted();
  const archive = await classArchive(dirname(install.modules), context, async (java) => {
    const [port = 0, transportPort = 0] = await freePorts(2);
    const name = `${NAME} rehearsal`;
    const folder = temporaryFolder(context.runFolder, name);
    const rehearsal = { name, folder, install, java, grace: ARCHIVED_WITHIN };
    await endRehearsal(await launch(rehearsal, { port, transportPort }, context), context.signal);
  });
  context.report('starting');
  const folder = join(context.runFolder, 'elasticsearch');
  const node = await launch({ name: NAME, folder, install, java: archive, grace: 6_000 }, options, context);
  return { ...node, url: urlOf(options) };
}

const urlOf = ({ port }: ElasticsearchOptions): string => `http://127.0.0.1:${port}`;

interface Node {
  readonly name: string;
  /** For its data and configuration. */
  readonly folder: string;
  readonly install: ElasticsearchInstall;
  /** More options of Java. */
  readonly java: readonly string[];
  /** Milliseconds granted to an orderly end. */
  readonly grace: number;
}

async function launch(
  { name, folder, install: { classPath, modules }, java, grace }: Node,
  options: ElasticsearchOptions,
  { runFolder, signal }: StartContext,
): Promise<SupervisedProcess> {
  mkdirSync(join(folder, 'config'), { recursive: true });
  // JSON is YAML.
  keepFile(join(folder, 'config', 'elasticsearch.yml'), JSON.stringify(nodeSettings(options)));

  const jvm = [...JVM, ...java, ...javaOptions(temporaryFolder(runFolder, name))];
  const node = await supervise(
    {
      name,
      command: 'java',
      args: [...jvm, '-cp', classPath, 'tillstream.Launcher', folder, modules],
      env: { PATH: process.env.PATH, JAVA_HOME: process.env.JAVA_HOME, LC_ALL: 'C.UTF-8' },
      cwd: folder,
      logFile: join(runFolder, 'logs', `${name.toLowerCase().replaceAll(' ', '-')}.log`),
      grace,
    },
    runFolder,
  );
  const url = urlOf(options);
  await whenReady(node, {
    what: `Elasticsearch answers on port ${options.port}`,
    signal,
    attempt: async () =>
      (await answers(url)) && (await answers(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`)),
  });
  return node;
}

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
