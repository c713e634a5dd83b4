/** Installs a real Elasticsearch server from its jars in the Maven repository. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { zipFolder } from '../deployment/zip.ts';
import { javaProperties } from './kafka.ts';
import { type InstallContext, installOnce } from './once.ts';
import { run } from './run.ts';

export interface ElasticsearchInstall {
  /** The server and its launcher: 41 MB of jars. */
  readonly classPath: string;
  /** Folder of the modules; the server loads each with its own class loader. */
  readonly modules: string;
}

const SOURCES = join(import.meta.dirname, 'elasticsearch');

export async function installElasticsearch(context: InstallContext): Promise<ElasticsearchInstall> {
  const pom = readFileSync(join(SOURCES, 'pom.xml'), 'utf8');
  const version = /<artifactId>elasticsearch<\/artifactId>\s*<version>(\d[\d.]+)</.exec(pom)?.[1] ?? '';
  const hash = createHash('sha256').update(readFileSync(import.meta.filename));
  for (const name of ['pom.xml', 'Launcher.java', 'RootPlugin.java']) hash.update(readFileSync(join(SOURCES, name)));

  const name = `elasticsearch-${version}-${hash.digest('hex').slice(0, 8)}`;
  const folder = await installOnce(join(context.installFolder, name), context, async (target) => {
    context.report(`installing Elasticsearch ${version} with Maven`);
    await build(target, version, context.signal);
  });
  return { classPath: join(folder, 'server', '*'), modules: join(folder, 'modules') };
}

async function build(folder: string, version: string, signal: AbortSignal | undefined): Promise<void> {
  const make = (...path: string[]): string => {
    const made = join(folder, ...path);
    mkdirSync(made, { recursive: true });
    return made;
  };
  const server = make('server');
  const transport = make('modules', 'transport-netty4');
  const root = make('modules', 'root');
  const compiler = make('compiler');

  const fetch = ['dependency:copy-dependencies', `-DoutputDirectory=${server}`];
  await run('mvn', ['-B', '-q', '-f', join(SOURCES, 'pom.xml'), ...fetch], { signal });
  const jarsIn = (from: string, names = /\.jar$/) => readdirSync(from).filter((name) => names.test(name));
  for (const jar of jarsIn(server, /^(netty|transport-netty4)-/)) renameSync(join(server, jar), join(transport, jar));
  for (const jar of jarsIn(server, /^ecj-/)) renameSync(join(server, jar), join(compiler, jar));

  const libraries = jarsIn(server).map((jar) => join(server, jar));
  const compile = async (source: string, jar: string): Promise<void> => {
    const classes = make('classes', source);
    const options = ['-17', '-nowarn', '-cp', libraries.join(delimiter), '-d', classes, join(SOURCES, source)];
    await run('java', ['-cp', join(compiler, '*'), 'org.eclipse.jdt.internal.compiler.batch.Main', ...options], {
      signal,
    });
    await zipFolder(classes, jar);
  };
  // In two jars: a module's class must not be on the server's class path.
  await Promise.all([
    compile('Launcher.java', join(server, 'launcher.jar')),
    compile('RootPlugin.java', join(root, 'root.jar')),
  ]);
  describeModule(transport, 'org.elasticsearch.transport.netty4.Netty4Plugin', version);
  describeModule(root, 'tillstream.RootPlugin', version);
}

/** Replaces the descriptor in the transport's jar, which names a Java module that only the whole distribution has. */
function describeModule(folder: string, classname: string, version: string): void {
  const name = basename(folder);
  const properties = {
    name,
    classname,
    description: name,
    version,
    'elasticsearch.version': version,
    'java.version': '17',
  };
  writeFileSync(join(folder, 'plugin-descriptor.properties'), javaProperties(properties));
}
