/** Whatever a login, a topic or a record holds, a shell hands the client these words, and a program these texts. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { withoutSecrets } from './access.ts';
import { type Example, snippetsOf } from './snippets.ts';

const SECRETS = ["it's $(touch x) `id`", 'key"\\id', 'se\ncret'];
const clients = {
  brokers: 'b-1:9092,b-2:9092',
  database: { host: '127.0.0.1', port: 5432, name: 'till', user: 'bi_reader', password: SECRETS[0] ?? '', tls: '' },
  lake: {
    ...{ endpoint: 'http://127.0.0.1:4566', region: 'eu-central-1', bucket: 'orders-lake' },
    login: { accessKeyId: SECRETS[1] ?? '', secretAccessKey: SECRETS[2] ?? '' },
  },
};
const example: Example = {
  topic: 'orders',
  key: "o'Neill",
  value: JSON.stringify({ name: `it's "$HOME" \`id\` \\ é €`, amount: '19.99' }),
  lake: 'raw/orders',
};

const textOf = (client: string): string => {
  const found = snippetsOf(clients, example).find((each) => each.client === client);
  if (!found) throw new Error(`There is no snippet of ${client}.`);
  return found.text;
};

/** What a shell hands to the client: its words, each in a line of JSON, and what it reads. */
function wordsOf(client: string, text: string): { words: string[]; read: string; env: Record<string, string> }[] {
  const program = `const read = process.stdin.isTTY ? '' : require('node:fs').readFileSync(0, 'utf8');
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(AWS_|PGPASS)/.test(name)));
    console.log(JSON.stringify({ words: process.argv.slice(1), read, env }));`;
  const stand = `${client}() { "$NODE" -e "$PROGRAM" -- "$@"; }\n`;
  const env = { PATH: process.env.PATH, NODE: process.execPath, PROGRAM: program };
  const printed = execFileSync('sh', ['-c', stand + text], { env, input: '', encoding: 'utf8' });
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

it('kcat gets brokers, topic, key and the value, byte by byte', () => {
  const [sends, reads] = wordsOf('kcat', textOf('kcat'));
  expect(sends).toMatchObject({
    words: ['-b', clients.brokers, '-t', 'orders', '-P', '-X', 'partitioner=murmur2_random', '-k', example.key],
    read: example.value,
  });
  expect(reads?.words).toEqual(['-b', clients.brokers, '-t', 'orders', '-C', '-o', '-5', '-e', '-f', '%p/%o %k %s\\n']);
});

it('psql and aws get their logins by the environment, and nothing of them is run', () => {
  const [asked] = wordsOf('psql', textOf('psql'));
  expect(asked?.words[0]).toBe('postgresql://bi_reader@127.0.0.1:5432/till');
  expect(asked?.env).toEqual({ PGPASSWORD: SECRETS[0] });
  const [listed] = wordsOf('aws', textOf('aws s3'));
  expect(listed?.words.at(-1)).toBe('s3://orders-lake/raw/orders/');
  expect(listed?.env).toEqual({
    AWS_ACCESS_KEY_ID: SECRETS[1],
    AWS_SECRET_ACCESS_KEY: SECRETS[2],
    AWS_REGION: 'eu-central-1',
  });
});

it('of a lake whose login whoever asks has already, nothing is told', () => {
  const { login: _, ...lake } = clients.lake;
  const told = snippetsOf({ ...clients, lake }, example).find(({ client }) => client === 'aws s3');
  expect(told?.needs).toContain('with your login');
  const [listed] = wordsOf('aws', told?.text ?? '');
  expect(listed?.env).toEqual({ AWS_REGION: 'eu-central-1' });
});

it.each(['Java', 'Python', 'Node'])(
  'in a program in %s, the record stands as a text that is ASCII and is the same',
  (client) => {
    const text = textOf(client);
    expect(text).toMatch(/^[\n -~]+$/);
    const texts = [...text.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([literal]) => JSON.parse(literal));
    expect(texts).toEqual(expect.arrayContaining([example.topic, example.key, example.value]));
  },
);

it('who may not act gets the same without a secret', () => {
  const access = withoutSecrets({
    clients,
    within: null,
    places: [
      { name: 'x', address: 'x:1', purpose: '', facts: [{ name: 'a', value: SECRETS[2] ?? '', isSecret: true }] },
    ],
  });
  const told = JSON.stringify([access, snippetsOf(access.clients, example)]);
  for (const secret of SECRETS) {
    expect(told).not.toContain(JSON.stringify(secret).slice(1, -1));
    expect(JSON.stringify([clients])).toContain(JSON.stringify(secret).slice(1, -1));
  }
});
