import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';
import { EMR_APPLICATION, EMR_JOB_ROLE } from '#localstack/services/emr.ts';
import { brokerSettings } from '#localstack/services/kafka.ts';
import { localstackSettings } from '#localstack/services/localstack.ts';
import { readDockerfile, readEnv, readText, readYaml, schemaErrors } from './files.ts';
import { composeVariables, consoleVariables, sparkVariables } from './tillstream/settings.ts';

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile?: string };
  readonly restart?: string;
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
  readonly env_file?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const compose = readYaml<Compose>('docker-compose.yml');
const services = Object.entries(compose.services);
const isOneShot = ({ restart }: Service): boolean => restart?.startsWith('on-failure') ?? false;

describe('docker-compose.yml', () => {
  it('is valid by the schema of the compose specification', () => {
    expect(schemaErrors(compose, 'docker/compose-spec.json')).toEqual([]);
  });

  it('has the services that docs/requirements.md and docs/containers.md name, at their ports', () => {
    const ports = (name: string) => compose.services[name]?.ports?.map((port) => port.replace(/:\d+$/, ''));
    const wanted = {
      console: [8004],
      kafka: [9092],
      minio: [9000, 9001],
      postgres: [5432],
      adminer: [8082],
      localstack: [4566],
      'airflow-api-server': [8003],
      elasticsearch: [9200],
      kibana: [5601],
      metabase: [3000],
      spark: [8998],
      prometheus: [9090],
      grafana: [3001],
    };
    for (const [name, numbers] of Object.entries(wanted))
      expect(ports(name), name).toEqual(numbers.map((number) => `127.0.0.1:${number}`));
    expect(Object.keys(compose.services)).toEqual(
      expect.arrayContaining(['airflow-scheduler', 'airflow-dag-processor', 'tillstream']),
    );
  });

  /** To be pinned by digest too, where their registries can be asked (`docker buildx imagetools inspect`). */
  const BY_VERSION_ONLY = ['adminer', 'kibana', 'metabase'];

  it.each(services)('%s: comes from a pinned image, and ports are open to this machine only', (name, service) => {
    const [image, digest] = service.image.split('@');
    expect(image).toMatch(/:v?\d+\.\d+\.\d+$|:\d+\.\d+(\.\d+)?-\w+$|:\d{8}$/);
    // Our own images are built here.
    if (!image?.startsWith('tillstream/') && !BY_VERSION_ONLY.includes(name))
      expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it.each(services)('%s: has a health check, or does its work once', (name, service) => {
    // No service waits for the synthetic shop; it exits when Kafka rejects its events, and is started again.
    if (name === 'shop') return;
    expect(service.healthcheck !== undefined).toBe(!isOneShot(service));
  });

  it.each(services)(
    '%s: waits for services to be healthy, or to succeed if they run once',
    (_, { depends_on = {} }) => {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        const service = compose.services[name];
        expect(service, name).toBeDefined();
        expect(condition, name).toBe(
          service && isOneShot(service) ? 'service_completed_successfully' : 'service_healthy',
        );
      }
    },
  );

  it.each(services)('%s: uses files and volumes that exist', (_, { build, volumes = [] }) => {
    if (build) expect(existsSync(join(repositoryRoot, build.context, build.dockerfile ?? 'Dockerfile'))).toBe(true);
    for (const [source = ''] of volumes.map((volume) => volume.split(':')))
      if (source.startsWith('.')) expect(existsSync(inRepository(source)), source).toBe(true);
      else expect(compose.volumes, source).toHaveProperty([source]);
  });

  it('has every variable in .env.example, and no default for a password', () => {
    const used = [...readText('docker-compose.yml').matchAll(/\$\{([A-Z_]+)(:?[-?][^}]*)?\}/g)];
    const examples = readText('.env.example');
    for (const [whole, name = ''] of used) {
      expect(examples, name).toMatch(new RegExp(`^(# )?${name}=`, 'm'));
      if (/PASSWORD|USER/.test(name)) expect(whole).toContain(':?');
    }
    const wanted = new Set(used.map(([, name]) => name));
    for (const name of Object.keys(readEnv('.env.example'))) expect(wanted, name).toContain(name);
  });

  it('has no key or password in the examples, except the well-known logins of MinIO and Airflow', () => {
    const { MINIO_ROOT_USER, MINIO_ROOT_PASSWORD, ...others } = readEnv('.env.example');
    expect([MINIO_ROOT_USER, MINIO_ROOT_PASSWORD]).toEqual(['minioadmin', 'minioadmin']);
    for (const [name, value] of Object.entries(others)) expect(value, name).toBe('');
    const { AIRFLOW_USERNAME, AIRFLOW_PASSWORD, ...keys } = readEnv('airflow.env.example');
    expect([AIRFLOW_USERNAME, AIRFLOW_PASSWORD]).toEqual(['airflow', 'airflow']);
    for (const [name, value] of Object.entries(keys)) expect(value, name).toMatch(/^REPLACE_ME/);
  });

  it('gives the container tillstream every variable that it needs', () => {
    const { environment, env_file } = compose.services.tillstream ?? {};
    expect(env_file).toBe('airflow.env');
    const given = { ...environment, ...readEnv('airflow.env.example') };
    expect(Object.keys(given)).toEqual(expect.arrayContaining([...composeVariables]));
  });

  it('gives the container console every address, and no password of who owns the database', () => {
    const { environment = {}, env_file } = compose.services.console ?? {};
    expect(env_file).toBe('airflow.env');
    const given = { ...environment, ...readEnv('airflow.env.example') };
    expect(Object.keys(given)).toEqual(expect.arrayContaining([...consoleVariables]));
    expect(environment).not.toHaveProperty('DATABASE_PASSWORD');
  });

  it('serves the page inside the container at the port that browsers name, since another host is refused', () => {
    const { environment = {}, ports } = compose.services.console ?? {};
    expect(ports).toEqual([`127.0.0.1:${environment.CONSOLE_PORT}:${environment.CONSOLE_PORT}`]);
    expect(compose.services.tillstream?.environment?.CONSOLE_PORT).toBe(environment.CONSOLE_PORT);
  });

  it('gives the container spark every address, and no password except that of the lake', () => {
    const { environment = {}, env_file } = compose.services.spark ?? {};
    const ofImage = readDockerfile('docker/Dockerfile').flatMap(({ name, words }) => (name === 'ENV' ? words : []));
    const given = [...Object.keys(environment), ...ofImage.map((word) => word.split('=')[0])];
    expect(given).toEqual(expect.arrayContaining([...sparkVariables]));
    expect(env_file).toBeUndefined();
    expect(environment).not.toHaveProperty('DATABASE_PASSWORD');
  });

  it('gives LocalStack the same settings as npm start', () => {
    expect(compose.services.localstack?.environment).toMatchObject(localstackSettings);
  });

  it('gives Kafka the same settings as npm start, except addresses and folders', () => {
    const settings: Record<string, unknown> = brokerSettings({ port: 9092, controllerPort: 9093 }, '/data');
    const given = Object.entries(compose.services.kafka?.environment ?? {})
      .map(
        ([name, value]) =>
          [
            name
              .replace(/^KAFKA_/, '')
              .replaceAll('_', '.')
              .toLowerCase(),
            value,
          ] as const,
      )
      .filter(([name]) => name in settings && !/listener|voters|log\.dirs/.test(name));
    expect(given.length).toBeGreaterThan(8);
    for (const [name, value] of given) expect(value, name).toBe(String(settings[name]));
  });

  it('gives Airflow the Spark application that the container spark serves', () => {
    const { environment: ofSpark = {} } = compose.services.spark ?? {};
    const [folder] = readDockerfile('docker/Dockerfile').find(({ name }) => name === 'WORKDIR')?.words ?? [];
    const { environment = {} } = compose.services['airflow-scheduler'] ?? {};
    expect(environment.AIRFLOW_VAR_TILLSTREAM_SPARK_APPLICATION_ID).toBe(EMR_APPLICATION);
    expect(environment.AIRFLOW_VAR_TILLSTREAM_SPARK_JOB_ROLE_ARN).toBe(EMR_JOB_ROLE);
    expect(environment.AIRFLOW_VAR_TILLSTREAM_SPARK_CODE).toBe(`${folder}/spark`);
    for (const name of ['airflow-scheduler', 'tillstream'])
      expect(compose.services[name]?.environment?.AWS_ENDPOINT_URL_EMR_SERVERLESS).toBe(
        `http://spark:${ofSpark.EMR_PORT}`,
      );
  });

  it('calls LocalStack by a name that it answers to', () => {
    const { environment = {} } = compose.services.localstack ?? {};
    expect(compose.services.tillstream?.environment?.AWS_ENDPOINT_URL).toBe(
      `http://${environment.TILLSTREAM_LOCALSTACK_HOSTS}:4566`,
    );
  });

  it('uses names of services that exist', () => {
    const urls = services.flatMap(([, { environment = {} }]) =>
      Object.values(environment).flatMap((value) => [...String(value).matchAll(/https?:\/\/([a-z-]+):\d+/g)]),
    );
    for (const [url, host = ''] of urls) if (host !== 'localhost') expect(compose.services, url).toHaveProperty([host]);
  });
});
