/** What the servers on this machine do with requests that a web page can make: by a form, an image, `no-cors`, DNS rebinding. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, inject, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { SPARK_CODE } from '#localstack/install/spark.ts';
import { signed } from '../support/emr.ts';
import { lambdaTools } from '../support/lambda.ts';
import { openSearch } from '../support/search.ts';
import { freshLake, s3Client } from '../support/stores.ts';

const { s3, lambda, emr, elasticsearch } = inject('stack');

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Without the headers that fetch adds by itself. */
async function send(url: string, { method = 'GET', headers = {}, body = '' }: Sent) {
  const sent = request(url, { method, headers }).end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, text: String(await buffer(answer)) };
}

const EVIL = { origin: 'https://evil.example' };
const PLAIN = { 'content-type': 'text/plain' };
const IMAGE = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
const rebound = (url: string) => ({ host: `evil.example:${new URL(url).port}` });

describe('LocalStack', () => {
  const target = (header: string) => ({ ...PLAIN, 'x-amz-target': header });
  const stack = '/?Action=CreateStack&Version=2010-05-15&StackName=evil&TemplateBody=%7B%22Resources%22%3A%7B%7D%7D';

  it.each<[string, string, Sent]>([
    ['create a stack by an image', stack, { headers: IMAGE }],
    [
      'read secrets once its name resolves here',
      '/',
      { method: 'POST', headers: { ...target('secretsmanager.ListSecrets'), ...rebound(s3.endpoint) } },
    ],
    ['list the lake once its name resolves here', `/${s3.bucket}`, { headers: rebound(s3.endpoint) }],
    ['stop it', '/_localstack/health', { method: 'POST', headers: { ...PLAIN, ...EVIL }, body: '{"action":"kill"}' }],
    [
      'call a function',
      '/2015-03-31/functions/tillstream-local-prove/invocations',
      { method: 'POST', headers: { ...PLAIN, ...EVIL } },
    ],
  ])('lets no web page %s', async (_, path, sent) => {
    const { status, text } = await send(s3.endpoint + path, sent);
    expect({ status, text }).toEqual({
      status: 403,
      text: expect.stringContaining('Expected a request of a program to '),
    });
  });

  it('lets no web page delete an object', async () => {
    const [client, lake] = [s3Client(), await freshLake()];
    const object = { Bucket: lake.bucket, Key: 'kept' };
    await client.send(new PutObjectCommand({ ...object, Body: 'kept' }));
    const body = '<Delete><Object><Key>kept</Key></Object></Delete>';
    await send(`${s3.endpoint}/${lake.bucket}?delete`, { method: 'POST', headers: { ...PLAIN, ...EVIL }, body });
    expect(await client.send(new HeadObjectCommand(object))).toMatchObject({ ContentLength: 4 });
  });
});

describe('the stand-in for EMR Serverless', () => {
  const path = `/applications/${emr.applicationId}/jobruns`;
  const job = (entryPoint: string) =>
    JSON.stringify({
      ...{ clientToken: crypto.randomUUID(), executionRoleArn: emr.jobRoleArn },
      jobDriver: { sparkSubmit: { entryPoint, entryPointArguments: ['no such job'] } },
    });
  const body = job(`${SPARK_CODE}/run_sql.py`);
  const json = { 'content-type': 'application/json' };
  const signature = (text: string) => signed(emr, 'POST', path, text);

  it.each<[string, Sent, number]>([
    ['of a web page', { headers: { ...PLAIN, ...EVIL } }, 403],
    ['of a web page that has a signature', { headers: { ...json, ...signature(body), ...EVIL } }, 403],
    ['by another name', { headers: { ...json, ...signature(body), ...rebound(emr.endpoint) } }, 403],
    ['with a text', { headers: { ...PLAIN, ...signature(body) } }, 415],
    ['that is not signed', { headers: json }, 403],
    ['that is signed for something else', { headers: { ...json, ...signature('{}') } }, 403],
  ])('runs no job at a request %s', async (_, sent, status) => {
    expect(await send(emr.endpoint + path, { method: 'POST', body, ...sent })).toMatchObject({
      status,
      text: expect.stringContaining('Expected '),
    });
  });

  it.each([
    inRepository('tests/fixtures/spark_job.py'),
    `${SPARK_CODE}/../tests/fixtures/spark_job.py`,
    's3://work/code/run_sql.py',
  ])('runs nothing but the project’s jobs, not %s', async (entryPoint) => {
    const other = job(entryPoint);
    const headers = { ...json, ...signature(other) };
    const { status, text } = await send(emr.endpoint + path, { method: 'POST', body: other, headers });
    expect({ status, text }).toEqual({
      status: 400,
      text: expect.stringContaining(`Expected an entry point in ${SPARK_CODE}`),
    });
  });
});

describe('Lambda’s Runtime API', () => {
  it('lets nobody but the function’s process take an invocation or end it', async () => {
    const { create, invoke } = lambdaTools(lambda);
    const code = 'export const handler = async () => [process.env.AWS_LAMBDA_RUNTIME_API, process.pid];';
    const name = await create({ 'index.mjs': code });
    const { result: before } = await invoke(name);
    const api = `http://${before[0]}/2018-06-01/runtime`;
    const headers = { ...PLAIN, ...EVIL };
    expect(await send(`${api}/init/error`, { method: 'POST', headers, body: '{}' })).toMatchObject({ status: 403 });
    expect(await send(`${api}/invocation/next`, { headers: IMAGE })).toMatchObject({ status: 403 });
    expect((await invoke(name)).result).toEqual(before);
  });
});

describe('Elasticsearch', () => {
  it('lets no web page close an index', async () => {
    const search = await openSearch(elasticsearch.url);
    const index = `open-${crypto.randomUUID()}`;
    await search.indices.create({ index });
    const { status } = await send(`${elasticsearch.url}/${index}/_close`, { method: 'POST', headers: EVIL });
    expect(status).toBe(403);
    expect(await search.indices.get({ index })).toHaveProperty([index]);
    expect((await search.cat.indices({ index, format: 'json' }))[0]).toMatchObject({ status: 'open' });
    await search.indices.delete({ index });
    await search.close();
  });
});
