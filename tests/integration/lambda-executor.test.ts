/** Functions that our executor runs in LocalStack behave as in Lambda. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateAliasCommand,
  DeleteFunctionConcurrencyCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { lambdaProcesses } from '#localstack/lambda_executor/lambda-processes.ts';
import { until } from '#localstack/processes/until.ts';
import { lambdaTools, zipOf } from '../support/lambda.ts';

const { lambda: access, runFolder } = inject('stack');
const lambda = lambdaTools(access);

const ALL_SORTS = `
  import { existsSync } from 'node:fs';
  let calls = 0;
  console.log('init');
  export const handler = async (event, context) => {
    calls++;
    console.log('op', event.op ?? 'none', { deep: { a: [1] } });
    switch (event.op) {
      case 'throw': throw new TypeError('boom');
      case 'throw text': throw 'just text';
      case 'wait': await new Promise((resolve) => setTimeout(resolve, event.ms)); break;
      case 'wait for': while (!existsSync(event.file)) await new Promise((resolve) => setTimeout(resolve, 20)); break;
      case 'spin': for (;;);
      case 'exit': process.exit(event.code);
      case 'reject': Promise.reject(new Error('floating')); await new Promise((resolve) => setTimeout(resolve, 5_000)); break;
      case 'out of memory': { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())); }
      case 'big': return 'x'.repeat(event.size);
      case 'environment': return process.env;
      case 'context': return { ...context, left: context.getRemainingTimeInMillis() };
      case 'nothing': return;
    }
    return { calls, pid: process.pid, node: process.version, event };
  };`;

describe('an invocation', () => {
  let name: string;
  beforeAll(async () => {
    name = await lambda.create(
      { 'index.mjs': ALL_SORTS },
      { Timeout: 60, Environment: { Variables: { BUCKET: 'lake', NUMBER: '5' } } },
    );
  });

  test('gets its event, on Node.js 24, in a reused process', async () => {
    const first = await lambda.invoke(name, { text: 'é✓😀' });
    expect(first).toMatchObject({ error: undefined, result: { event: { text: 'é✓😀' } } });
    expect(first.result.node).toMatch(/^v24\./);
    const second = await lambda.invoke(name);
    expect(second.result).toMatchObject({ pid: first.result.pid, calls: first.result.calls + 1 });
  });

  test('returns its log in Lambda’s format', async () => {
    const { log } = await lambda.invoke(name, { op: 'log' });
    expect(log).toMatch(/^START RequestId: \S+ Version: \$LATEST\n/);
    expect(log).toMatch(/^\d{4}-\S+Z\t[0-9a-f-]{36}\tINFO\top log \{ deep: \{ a: \[ 1 \] \} \}$/m);
    expect(log).toMatch(
      /^REPORT RequestId: \S+\tDuration: [\d.]+ ms\t.*Memory Size: 256 MB\tMax Memory Used: [1-9]\d* MB$/m,
    );
  });

  test('that throws returns an error with type, message and trace, and does not end the process', async () => {
    const before = await lambda.invoke(name);
    const { error, result, log } = await lambda.invoke(name, { op: 'throw' });
    expect({ error, ...result }).toMatchObject({ error: 'Unhandled', errorType: 'TypeError', errorMessage: 'boom' });
    expect(result.trace[1]).toContain('index.mjs:');
    expect(log).toContain('ERROR\tInvoke Error');
    expect((await lambda.invoke(name)).result.pid).toBe(before.result.pid);
  });

  test('may throw something that is not an error', async () => {
    expect(await lambda.invoke(name, { op: 'throw text' })).toMatchObject({
      error: 'Unhandled',
      result: { errorMessage: 'just text' },
    });
  });

  test.each([
    ['waits', { op: 'wait', ms: 60_000 }],
    ['spins', { op: 'spin' }],
  ])('that %s beyond its timeout is ended, and the next one gets a new process', async (_, event) => {
    const name = await lambda.create({ 'index.mjs': ALL_SORTS }, { Timeout: 2 });
    const before = await lambda.invoke(name);
    const began = performance.now();
    const { error, result, log } = await lambda.invoke(name, event);
    const seconds = (performance.now() - began) / 1000;
    expect({ error, type: result.errorType }).toEqual({ error: 'Unhandled', type: 'Sandbox.Timedout' });
    expect(result.errorMessage).toMatch(/^RequestId: \S+ Error: Task timed out after 2\.00 seconds$/);
    expect(log).toContain('Task timed out after 2.00 seconds');
    expect(seconds).toBeGreaterThan(1.9);
    const after = await lambda.invoke(name);
    expect(after).toMatchObject({ error: undefined, result: { calls: 1 } });
    expect(after.result.pid).not.toBe(before.result.pid);
  });

  test.each([
    [{ op: 'exit', code: 1 }, 'Runtime.ExitError', /Runtime exited with error: exit status 1$/],
    [{ op: 'exit', code: 0 }, 'Runtime.ExitError', /Runtime exited without providing a reason$/],
    [{ op: 'reject' }, 'Runtime.UnhandledPromiseRejection', /^floating$/],
    [{ op: 'out of memory' }, 'Runtime.ExitError', /Runtime exited with error: signal/],
  ])('that ends its process is an error: %j', async (event, errorType, message) => {
    const { error, result } = await lambda.invoke(name, event, {});
    expect({ error, errorType: result.errorType }).toEqual({ error: 'Unhandled', errorType });
    expect(result.errorMessage).toMatch(message);
    expect(await lambda.invoke(name)).toMatchObject({ error: undefined, result: { calls: 1 } });
  });

  test("sees its own environment, not LocalStack's", async () => {
    const { result } = await lambda.invoke(name, { op: 'environment' });
    expect(result).toMatchObject({
      BUCKET: 'lake',
      NUMBER: '5',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_ENDPOINT_URL: access.endpoint,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    });
    const leaked = Object.keys(result).filter((key) => /^(TILLSTREAM|LOCALSTACK_VOLUME|PYTHON|HOME$)/.test(key));
    expect(leaked).toEqual([]);
  });

  test('has a context with the remaining time', async () => {
    const { result } = await lambda.invoke(name, { op: 'context' });
    expect(result).toMatchObject({ functionName: name, functionVersion: '$LATEST', memoryLimitInMB: '256' });
    expect(result.invokedFunctionArn).toMatch(new RegExp(`:function:${name}$`));
    expect(result.left).toBeGreaterThan(30_000);
    expect(result.left).toBeLessThanOrEqual(60_000);
  });

  test('that returns nothing yields null', async () => {
    expect(await lambda.invoke(name, { op: 'nothing' })).toMatchObject({ error: undefined, result: null });
  });

  test('may return 6 MB and no more', async () => {
    expect((await lambda.invoke(name, { op: 'big', size: 5_900_000 })).result).toHaveLength(5_900_000);
    expect(await lambda.invoke(name, { op: 'big', size: 6_400_000 })).toMatchObject({
      error: 'Unhandled',
      result: { errorType: 'Function.ResponseSizeTooLarge' },
    });
  });

  test('accepts at most 6 MB, and only JSON', async () => {
    expect((await lambda.invoke(name, { text: 'x'.repeat(5_900_000) })).error).toBeUndefined();
    await expect(lambda.invoke(name, { text: 'x'.repeat(6_400_000) })).rejects.toMatchObject({
      name: 'RequestTooLargeException',
      $metadata: { httpStatusCode: 413 },
    });
    await expect(lambda.invoke(name, undefined, { Payload: 'no json' })).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
      $metadata: { httpStatusCode: 400 },
    });
    expect((await lambda.invoke(name)).error).toBeUndefined();
  });

  test('gets a separate process when another runs, up to the reserved concurrency', async () => {
    const concurrency = { FunctionName: name, ReservedConcurrentExecutions: 2 };
    await lambda.client.send(new PutFunctionConcurrencyCommand(concurrency));
    const folder = mkdtempSync(join(tmpdir(), 'tillstream-concurrency-'));
    const file = join(folder, 'go on');
    const outcomes: string[] = [];
    const invocations = Array.from({ length: 5 }, () =>
      lambda.invoke(name, { op: 'wait for', file }).then(
        ({ result }) => outcomes.push(`process ${result.pid}`),
        (error: Error) => outcomes.push(error.name),
      ),
    );
    await until(() => outcomes.length === 3, { what: 'all invocations but two have been answered', within: 30_000 });
    expect(new Set(outcomes)).toEqual(new Set(['TooManyRequestsException']));
    writeFileSync(file, '');
    await Promise.all(invocations);
    rmSync(folder, { recursive: true });
    await lambda.client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: name }));
    expect(new Set(outcomes).size).toBe(3);
  });
});

describe('a process that is killed', () => {
  test('in the middle of an invocation is found by its request, fails it, and is replaced', async () => {
    const name = await lambda.create({ 'index.mjs': ALL_SORTS });
    const idle = await lambda.invoke(name);
    expect(lambdaProcesses(runFolder, name)).toEqual([{ pid: idle.result.pid }]);

    const invocation = lambda.invoke(name, { op: 'wait', ms: 60_000 });
    const busy = await until(() => lambdaProcesses(runFolder, name).find(({ requestId }) => requestId), {
      what: 'a process is serving the request',
      within: 60_000,
    });
    process.kill(busy.pid, 'SIGKILL');
    const { error, result } = await invocation;
    expect({ error, ...result }).toMatchObject({ error: 'Unhandled', errorType: 'Runtime.ExitError' });
    expect(result.errorMessage).toBe(`RequestId: ${busy.requestId} Error: Runtime exited with error: signal 9`);

    const next = await lambda.invoke(name);
    expect(next).toMatchObject({ error: undefined, result: { calls: 1 } });
    expect(lambdaProcesses(runFolder, name)).toEqual([{ pid: next.result.pid }]);
  });
});

test('a process whose note of its request can’t be written, as on a full disk, serves the request all the same', async () => {
  const name = await lambda.create({ 'index.mjs': ALL_SORTS });
  const { result } = await lambda.invoke(name);
  const note = join(runFolder, 'lambda', name, String(result.pid));
  rmSync(note);
  mkdirSync(note);
  expect(await lambda.invoke(name)).toMatchObject({ error: undefined, result: { calls: 2 } });
  rmSync(note, { recursive: true });
});

describe('a function that does not load', () => {
  test.each([
    [
      'imports what is not there',
      { 'index.mjs': "import 'nosuch'; export const handler = () => 1;" },
      'Runtime.ImportModuleError',
      /nosuch/,
    ],
    [
      'has no such export',
      { 'index.js': 'exports.other = async () => 1;' },
      'Runtime.HandlerNotFound',
      /index\.handler/,
    ],
    ['has no such file', { 'other.js': '' }, 'Runtime.ImportModuleError', /index/],
    [
      'is not JavaScript',
      { 'index.js': 'exports.handler = async () => {{;' },
      'Runtime.UserCodeSyntaxError',
      /Unexpected/,
    ],
    ['throws', { 'index.mjs': "throw new RangeError('at init');" }, 'RangeError', /^at init$/],
    [
      'wants a callback',
      { 'index.js': 'exports.handler = (e, c, done) => done();' },
      'Runtime.CallbackHandlerDeprecated',
      /callback/,
    ],
    ['ends its process', { 'index.mjs': 'process.exit(3);' }, 'Runtime.ExitError', /exit status 3/],
  ])('since it %s reports that at each invocation', async (_, files, errorType, message) => {
    const name = await lambda.create(files);
    for (let attempt = 0; attempt < 2; attempt++) {
      const { error, result } = await lambda.invoke(name);
      expect({ error, errorType: result.errorType }).toEqual({ error: 'Unhandled', errorType });
      expect(result.errorMessage).toMatch(message);
    }
  });

  test('because it needs another runtime is refused when it is created', async () => {
    const name = await lambda.create({ 'index.py': '' }, { Runtime: 'python3.12' }).catch((error: Error) => error);
    // LocalStack may accept the function and report the failure in its state.
    if (typeof name === 'string') expect((await lambda.ready(name)).failed).toBeDefined();
    else expect(name).toBeInstanceOf(Error);
  });
});

describe('modules', () => {
  test('a handler can be CommonJS in a folder', async () => {
    const files = { 'src/app.js': 'exports.main = async () => ({ commonJs: true });' };
    const name = await lambda.create(files, { Handler: 'src/app.main' });
    expect((await lambda.invoke(name)).result).toEqual({ commonJs: true });
  });

  test("the AWS SDK is available, as in Lambda's runtime, and reaches LocalStack", async () => {
    const code = `
      import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
      import { createRequire } from 'node:module';
      const { SSMClient } = createRequire(import.meta.url)('@aws-sdk/client-ssm');
      export const handler = async () => {
        const { Buckets } = await new S3Client({ forcePathStyle: true }).send(new ListBucketsCommand({}));
        return { buckets: Array.isArray(Buckets), ssm: typeof SSMClient };
      };`;
    expect((await lambda.invoke(await lambda.create({ 'index.mjs': code }))).result).toEqual({
      buckets: true,
      ssm: 'function',
    });
  });

  test("a module missing from the bundle is not found in this project's node_modules", async () => {
    const name = await lambda.create({
      'index.mjs': "import { z } from 'zod'; export const handler = async () => typeof z;",
    });
    expect((await lambda.invoke(name)).result).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
  });

  test('layers provide modules, and later layers override earlier ones', async () => {
    const publish = async (content: Record<string, string>): Promise<string> => {
      const Content = { ZipFile: await zipOf(content) };
      const LayerName = `layer-${crypto.randomUUID()}`;
      const { LayerVersionArn } = await lambda.client.send(new PublishLayerVersionCommand({ LayerName, Content }));
      return LayerVersionArn ?? '';
    };
    const modules = 'nodejs/node_modules';
    const earlier = await publish({
      [`${modules}/greet/package.json`]: '{"name":"greet","type":"module","exports":"./index.js"}',
      [`${modules}/greet/index.js`]: "import { who } from 'whom'; export const greet = () => 'hello ' + who;",
      [`${modules}/whom/index.js`]: "exports.who = 'earlier';",
    });
    const later = await publish({ [`${modules}/whom/index.js`]: "exports.who = 'later';" });
    const code = `
      import { greet } from 'greet';
      import { createRequire } from 'node:module';
      export const handler = async () => [greet(), createRequire(import.meta.url)('whom').who];`;
    const one = await lambda.create({ 'index.mjs': code }, { Layers: [earlier] });
    expect((await lambda.invoke(one)).result).toEqual(['hello earlier', 'earlier']);
    const both = await lambda.create({ 'index.mjs': code }, { Layers: [earlier, later] });
    expect((await lambda.invoke(both)).result).toEqual(['hello later', 'later']);
  });
});

describe('a change', () => {
  test('of code or configuration takes effect with the next invocation; the old process ends', async () => {
    const name = await lambda.create({ 'index.mjs': ALL_SORTS }, { Environment: { Variables: { BUCKET: 'lake' } } });
    const { result: old } = await lambda.invoke(name);
    const Environment = { Variables: { NUMBER: '6' } };
    await lambda.client.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, Environment }));
    await lambda.ready(name);
    const { result: environment } = await lambda.invoke(name, { op: 'environment' });
    expect(environment).toMatchObject({ NUMBER: '6' });
    expect(environment).not.toHaveProperty('BUCKET');

    const ZipFile = await zipOf({ 'index.mjs': 'export const handler = async () => 2;' });
    await lambda.client.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile }));
    await lambda.ready(name);
    expect((await lambda.invoke(name)).result).toBe(2);
    await until(() => !processExists(old.pid), { what: 'the old process has ended', within: 60_000 });
  });

  test('does not affect a published version', async () => {
    const name = await lambda.create({ 'index.mjs': 'export const handler = async () => 1;' });
    const { Version = '' } = await lambda.client.send(new PublishVersionCommand({ FunctionName: name }));
    await lambda.ready(name, Version);
    await lambda.client.send(new CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: Version }));
    const ZipFile = await zipOf({ 'index.mjs': 'export const handler = async () => 2;' });
    await lambda.client.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile }));
    await lambda.ready(name);
    expect((await lambda.invoke(name, {}, { Qualifier: 'live' })).result).toBe(1);
    expect((await lambda.invoke(name)).result).toBe(2);
  });
});

test('an asynchronous invocation is tried three times and then goes to its on-failure destination', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tillstream-sink-'));
  const FILE = join(folder, 'event.json');
  const sink = await lambda.create(
    {
      'index.mjs': `
        import { renameSync, writeFileSync } from 'node:fs';
        export const handler = async (event) => {
          writeFileSync(process.env.FILE + '.new', JSON.stringify(event));
          renameSync(process.env.FILE + '.new', process.env.FILE);
        };`,
    },
    { Environment: { Variables: { FILE } } },
  );
  const name = await lambda.create({ 'index.mjs': ALL_SORTS });
  await lambda.client.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: name,
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: `arn:aws:lambda:us-east-1:000000000000:function:${sink}` } },
    }),
  );
  await lambda.invoke(name, { op: 'throw' }, { InvocationType: 'Event', LogType: 'None' });
  const record = await until(() => JSON.parse(readFileSync(FILE, 'utf8')), {
    what: 'the failed event arrives',
    within: 60_000,
  });
  expect(record).toMatchObject({
    requestContext: { approximateInvokeCount: 3, condition: 'RetriesExhausted' },
    requestPayload: { op: 'throw' },
    responsePayload: { errorType: 'TypeError' },
  });
  rmSync(folder, { recursive: true });
});

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
