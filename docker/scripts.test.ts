import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { readEnv } from './files.ts';

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'tillstream-keys-'));
  mkdirSync(join(project, 'docker'));
  for (const path of ['.env.example', 'airflow.env.example', 'docker/make-keys.sh'])
    cpSync(inRepository(path), join(project, path));
});
afterEach(() => rmSync(project, { recursive: true }));

const makeKeys = () => execFileSync('sh', [join(project, 'docker/make-keys.sh')]);
const text = (file: string): string => readFileSync(join(project, file), 'utf8');
const values = (file: string): Record<string, string> =>
  Object.fromEntries([...text(file).matchAll(/^([A-Z_0-9]+)=(.*)$/gm)].map(([, name, value]) => [name, value]));

describe('docker/make-keys.sh', () => {
  it('fills in every empty password of the example, each different, and nothing else', () => {
    makeKeys();
    const made = values('.env');
    const example = readEnv('.env.example');
    expect(Object.keys(made)).toEqual(Object.keys(example));
    const passwords = Object.keys(example).filter((name) => example[name] === '');
    for (const name of passwords) expect(made[name], name).toMatch(/^[0-9a-f]{48}$/);
    expect(new Set(passwords.map((name) => made[name])).size).toBe(passwords.length);
    expect(made.MINIO_ROOT_USER).toBe('minioadmin');
  });

  it('makes keys in the formats that Airflow expects', () => {
    makeKeys();
    const made = values('airflow.env');
    expect(text('airflow.env').replaceAll(/^#.*$/gm, '')).not.toContain('REPLACE_ME');
    // Fernet: 32 bytes, base64 with - and _.
    expect(Buffer.from(made.AIRFLOW__CORE__FERNET_KEY ?? '', 'base64url')).toHaveLength(32);
    expect(made.AIRFLOW__CORE__FERNET_KEY).toMatch(/^[\w-]{43}=$/);
    expect(made.AIRFLOW__API__SECRET_KEY).toMatch(/^[0-9a-f]{64}$/);
    expect(made.AIRFLOW__API_AUTH__JWT_SECRET).not.toBe(made.AIRFLOW__API__SECRET_KEY);
  });

  it('adds the passwords that a .env of an earlier version lacks, and changes none that is there', () => {
    const earlier = '# Mine.\nPOSTGRES_PASSWORD=chosen\nMETABASE_PASSWORD=\nMINIO_ROOT_USER=me';
    writeFileSync(join(project, '.env'), earlier);
    makeKeys();
    expect(text('.env').startsWith(`${earlier}\n`)).toBe(true);
    const made = values('.env');
    expect(made).toMatchObject({ POSTGRES_PASSWORD: 'chosen', METABASE_PASSWORD: '', MINIO_ROOT_USER: 'me' });
    const example = readEnv('.env.example');
    const lacking = Object.keys(example).filter((name) => example[name] === '' && !earlier.includes(name));
    expect(lacking).toContain('CONSOLE_KEY');
    for (const name of lacking) expect(made[name], name).toMatch(/^[0-9a-f]{48}$/);
    expect(Object.keys(made)).toHaveLength(lacking.length + 3);
  });

  it('makes files that only the owner can read, and keeps them at the next run', () => {
    makeKeys();
    const [env, airflow] = [text('.env'), text('airflow.env')];
    makeKeys();
    expect([text('.env'), text('airflow.env')]).toEqual([env, airflow]);
    for (const file of ['.env', 'airflow.env']) expect(statSync(join(project, file)).mode & 0o077, file).toBe(0);
  });
});

describe('docker/airflow/start.sh', () => {
  it('does not start with the keys of the example', () => {
    const { status, stderr } = spawnSync('sh', [inRepository('docker/airflow/start.sh'), 'api-server'], {
      env: { ...process.env, ...readEnv('airflow.env.example') },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('airflow.env still has REPLACE_ME values');
  });
});

it.each(['make-keys.sh', 'smoke.sh', 'airflow/start.sh', 'kibana/import.sh', 'postgres/databases.sh'])(
  '%s is valid shell',
  (script) => {
    const shell = script.startsWith('postgres') ? 'bash' : 'sh';
    expect(spawnSync(shell, ['-n', inRepository(`docker/${script}`)], { encoding: 'utf8' }).stderr).toBe('');
  },
);
