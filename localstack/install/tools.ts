/** The tools that the machine itself must have. The stack installs everything else. */
import { realpathSync } from 'node:fs';
import { run } from './run.ts';

export interface Tool {
  /** "Java" */
  readonly name: string;
  /** "17 or later" */
  readonly wanted: string;
  /** "11.0.2"; undefined if the tool is missing */
  readonly found: string | undefined;
  readonly ok: boolean;
  /** How to install it, one way per line. */
  readonly remedy: string;
}

export interface Python {
  /** The real executable, not a shim whose version depends on the folder it is called in. */
  readonly path: string;
  readonly version: string;
}

/** Runs each tool to find it. @returns all of them, the missing ones with `ok: false` */
export async function checkTools(): Promise<Tool[]> {
  return Promise.all([node(), java(), maven(), python()]);
}

/** @throws naming every tool that is missing or too old, and how to install it */
export async function requireTools(): Promise<void> {
  const missing = (await checkTools()).filter(({ ok }) => !ok);
  if (missing.length > 0) throw new Error(missing.map(describeMissing).join('\n'));
}

export function describeMissing({ name, wanted, found, remedy }: Tool): string {
  const state = found ? `this machine has ${found}` : 'this machine has none';
  return `${name} ${wanted} is needed, and ${state}.\n${remedy.replace(/^/gm, '  ')}`;
}

/** LocalStack 4.13.1 needs Python 3.11 or later; Airflow 3.0.6, 3.12 or earlier. */
export async function findPython(): Promise<Python | undefined> {
  for (const command of ['python3.12', 'python3.11', 'python3']) {
    const found = await askPython(command);
    if (found && isSuitablePython(found.version)) return found;
  }
  return undefined;
}

export const isSuitablePython = (version: string): boolean => /^3\.1[12]\./.test(version);

/** "17.0.15" of `java -version`; for Java 8 and before, "1.8.0_392". */
export function parseJavaVersion(text: string): string | undefined {
  return /version "([^"]+)"/.exec(text)?.[1];
}

export const majorOf = (version: string): number => Number.parseInt(version, 10);

async function node(): Promise<Tool> {
  const found = process.versions.node;
  return {
    name: 'Node.js',
    wanted: '20 or later',
    found,
    ok: majorOf(found) >= 20,
    remedy: 'https://nodejs.org/en/download',
  };
}

async function java(): Promise<Tool> {
  const found = await run('java', ['-version']).then(parseJavaVersion, () => undefined);
  return {
    name: 'Java',
    wanted: '17 or later',
    found,
    ok: found !== undefined && majorOf(found) >= 17,
    remedy: [
      'Debian, Ubuntu: sudo apt-get install openjdk-17-jre-headless',
      'macOS: brew install openjdk@17',
      'elsewhere: https://adoptium.net',
    ].join('\n'),
  };
}

async function maven(): Promise<Tool> {
  const found = await run('mvn', ['--version']).then(
    (text) => /Apache Maven ([\d.]+)/.exec(text)?.[1],
    () => undefined,
  );
  return {
    name: 'Maven',
    wanted: '3.6 or later',
    found,
    ok: found !== undefined,
    remedy: [
      'Debian, Ubuntu: sudo apt-get install maven',
      'macOS: brew install maven',
      'elsewhere: https://maven.apache.org/install.html',
    ].join('\n'),
  };
}

async function python(): Promise<Tool> {
  const found = await findPython();
  const other = found ?? (await askPython('python3'));
  const canMakeEnvironments =
    found !== undefined &&
    (await run(found.path, ['-c', 'import venv, ensurepip']).then(
      () => true,
      () => false,
    ));
  return {
    name: 'Python',
    wanted: '3.11 or 3.12, with its venv module,',
    found: found && !canMakeEnvironments ? `${found.version} without venv` : other?.version,
    ok: canMakeEnvironments,
    remedy: [
      'Debian 12: sudo apt-get install python3.11 python3.11-venv',
      'Ubuntu 24.04: sudo apt-get install python3.12 python3.12-venv',
      'macOS: brew install python@3.12',
      'elsewhere: https://docs.astral.sh/uv, then uv python install 3.12',
    ].join('\n'),
  };
}

async function askPython(command: string): Promise<Python | undefined> {
  const question = 'import sys; print(sys.executable); print("%d.%d.%d" % sys.version_info[:3])';
  try {
    const [path, version] = (await run(command, ['-c', question])).trim().split('\n').slice(-2);
    return path && version ? { path: realpathSync(path), version } : undefined;
  } catch {
    return undefined;
  }
}
