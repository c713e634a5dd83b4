/** `npm start -- --kafka SASL_SSL://…`: a broker that wants a login and speaks TLS, by an authority that no system knows. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { installFolder } from '#adapters/repository.ts';
import { installKafka } from '#localstack/install/kafka.ts';
import { run } from '#localstack/install/run.ts';
import { findOwn } from '#localstack/own/find.ts';
import { readOwn } from '#localstack/own/given.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { startKafka } from '#localstack/services/kafka.ts';
import { forgetKept } from '#localstack/stack/kept.ts';
import { startStack } from '#localstack/stack/stack.ts';
import { createRandom } from '#simulator/random.ts';
import { runSparkJob } from '../faults/spark.ts';
import { deploy, freeStackPorts } from '../stack.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { endings } from '../support/endings.ts';
import { startPipeline } from '../support/pipeline.ts';

const report = () => {};
/** Five minutes on a busy machine. */
const WITHIN = 1_500_000;
const { atEnd, started } = endings();
const PASSWORD = 'it"s \\s3cret';
const PROTOCOLS = ['PLAINTEXT', 'SASL_PLAINTEXT', 'SASL_SSL', 'SSL'].map((name) => `${name}:${name}`);
const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'];
let folder: string;
let certificates: Certificates;
let at: { readonly plain: string; readonly login: string; readonly both: string; readonly certificate: string };

/** In Java's properties and JAAS. */
const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`.replaceAll('\\', '\\\\');
const module = 'org.apache.kafka.common.security';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tillstream-own-kafka-'));
  atEnd(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755); // PostgreSQL may run as another user.
  certificates = await makeCertificates(join(folder, 'certificates'));
  const [port = 0, controllerPort = 0, login = 0, both = 0, certificate = 0] = await freePorts(5);
  const listeners = [`PLAINTEXT://127.0.0.1:${port}`, ...[`SASL_PLAINTEXT://127.0.0.1:${login}`]].concat(
    ...[`SASL_SSL://localhost:${both}`, `SSL://localhost:${certificate}`],
  );
  const jaas = Object.fromEntries(
    ['sasl_plaintext', 'sasl_ssl'].flatMap((listener) => [
      [
        `listener.name.${listener}.plain.sasl.jaas.config`,
        `${module}.plain.PlainLoginModule required user_shop=${quoted(PASSWORD)};`,
      ],
      ...['scram-sha-256', 'scram-sha-512'].map((scram) => [
        `listener.name.${listener}.${scram}.sasl.jaas.config`,
        `${module}.scram.ScramLoginModule required;`,
      ]),
    ]),
  );
  const context = { runFolder: join(folder, 'theirs'), installFolder, report };
  const settings = {
    listeners: [...listeners, `CONTROLLER://127.0.0.1:${controllerPort}`].join(),
    'advertised.listeners': listeners.join(),
    // Only where no listener but PLAINTEXT is named does it follow by itself.
    'listener.security.protocol.map': [...PROTOCOLS, 'CONTROLLER:PLAINTEXT'].join(),
    'sasl.enabled.mechanisms': MECHANISMS.join(),
    ...jaas,
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': certificates.server.both,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': certificates.authority,
    'listener.name.ssl.ssl.client.auth': 'required',
  };
  const kafka = await started(startKafka({ port, controllerPort, settings }, context));
  at = {
    plain: kafka.bootstrapServers,
    login: `127.0.0.1:${login}`,
    both: `localhost:${both}`,
    certificate: `localhost:${certificate}`,
  };
  const { classPath } = await installKafka(context);
  for (const mechanism of MECHANISMS.slice(1)) {
    const user = ['--entity-type', 'users', '--entity-name', 'shop', '--add-config'];
    const alter = ['--bootstrap-server', at.plain, '--alter', ...user, `${mechanism}=[password=${PASSWORD}]`];
    await run('java', ['-cp', classPath, 'kafka.admin.ConfigCommand', ...alter], {});
  }
});

const env = (mechanism: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  TILLSTREAM_KAFKA_MECHANISM: mechanism,
  TILLSTREAM_KAFKA_USERNAME: 'shop',
  TILLSTREAM_KAFKA_PASSWORD: PASSWORD,
  TILLSTREAM_KAFKA_CA_FILE: certificates.authority,
  ...more,
});
const look = (kafka: string, variables: NodeJS.ProcessEnv) => findOwn(readOwn({ kafka }, variables), report);

test('each protocol and mechanism is understood', async () => {
  for (const mechanism of MECHANISMS)
    for (const kafka of [`SASL_PLAINTEXT://${at.login}`, `sasl_ssl://${at.both}`])
      expect((await look(kafka, env(mechanism))).kafka?.makes).toMatch(/^topics orders, /);
  const { client } = certificates;
  const own = { TILLSTREAM_KAFKA_CERTIFICATE_FILE: client.certificate, TILLSTREAM_KAFKA_KEY_FILE: client.key };
  expect((await look(`SSL://${at.certificate}`, env('PLAIN', own))).kafka?.makes).toMatch(/^topics orders, /);
});

test('what does not fit is said, without the password', async () => {
  const wrong = env('SCRAM-SHA-512', { TILLSTREAM_KAFKA_PASSWORD: 's3cret' });
  await expect(look(`SASL_SSL://${at.both}`, wrong)).rejects.toThrow(
    /^(?!.*s3cret)Your Kafka at localhost:.*SASL SCRAM SHA512 authentication failed.*with TLS and to this login/,
  );
  const unknown = env('PLAIN', { TILLSTREAM_KAFKA_CA_FILE: '' });
  await expect(look(`SASL_SSL://${at.both}`, unknown)).rejects.toThrow(/can't be used: .*certificate/);
  await expect(look(`SSL://${at.certificate}`, env('PLAIN'))).rejects.toThrow(/can't be used: /);
});

test(
  'functions, the event source, Spark and commands log in there, to exact numbers',
  async () => {
    const home = join(folder, 'home');
    const own = readOwn({ kafka: `SASL_SSL://${at.both}` }, env('SCRAM-SHA-512'));
    const options = { home, installFolder, ports: await freeStackPorts(), airflow: false, keep: true };
    const stack = await started(startStack({ ...options, own, deploy, report }));
    const pipeline = await started(startPipeline(stack));
    await pipeline.produce({ seed: 1, count: 60 });
    await pipeline.expectExact();
    await runSparkJob(pipeline, 'stream_orders', createRandom(1));
    await pipeline.stop();
    await stack.stop();
    const logs = join(home, 'run', 'logs');
    const files = readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter((path) =>
      statSync(join(logs, path)).isFile(),
    );
    expect(files).toEqual(expect.arrayContaining(['poller.log', expect.stringMatching(/^spark\/.*\/stdout$/)]));
    // What follows the backslash is the same in JAAS, JSON and Python.
    expect(files.filter((path) => readFileSync(join(logs, path), 'utf8').includes('s3cret'))).toEqual([]);
    forgetKept(home);
  },
  WITHIN,
);
