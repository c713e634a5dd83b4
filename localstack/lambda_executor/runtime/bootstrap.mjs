/**
 * Entry point of a function's process: loads the handler, then asks Lambda's Runtime API for one invocation after the
 * other. Behaves as the nodejs24.x runtime does, down to the names of errors; plain Node.js, without dependencies.
 */
import { existsSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setUpConsole } from './console.mjs';
import { setUpModules } from './modules.mjs';

const env = process.env;
const [host, port] = env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let requestId;

// These settings are for this process only; the function must not see them.
const token = take('TILLSTREAM_RUNTIME_TOKEN');
const optRoot = take('TILLSTREAM_OPT_ROOT');
setUpModules({ taskRoot: env.LAMBDA_TASK_ROOT, optRoot, runtimeModules: take('TILLSTREAM_LAMBDA_MODULES') });
const log = setUpConsole(() => requestId);

const handler = await loadHandler().catch(async (error) => {
  log('ERROR', `Uncaught Exception \t${describe(error)}`);
  await call('POST', '/init/error', describe(error));
  process.exit(1);
});
process.on('uncaughtException', (error) => endWith('Runtime.UnhandledException', error));
process.on('unhandledRejection', (error) => endWith('Runtime.UnhandledPromiseRejection', error));
process.on('SIGTERM', () => process.exit(0));

for (;;) await serveNext();

async function serveNext() {
  // The connection ends when LocalStack ends; this process then has nothing left to do.
  const { status, headers, body } = await call('GET', '/invocation/next').catch(() => process.exit(0));
  if (status !== 200) process.exit(0);
  requestId = headers['lambda-runtime-aws-request-id'];
  env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
  try {
    const result = await handler(parseEvent(body), contextOf(headers));
    await call('POST', `/invocation/${requestId}/response`, JSON.stringify(result) ?? 'null');
  } catch (error) {
    if (error.name !== 'Bootstrap.InvalidRequestContent') log('ERROR', `Invoke Error \t${describe(error)}`);
    await call('POST', `/invocation/${requestId}/error`, describe(error));
  }
  requestId = undefined;
}

async function loadHandler() {
  const dot = env._HANDLER.lastIndexOf('.');
  const [module, name] = [env._HANDLER.slice(0, dot), env._HANDLER.slice(dot + 1)];
  const file = ['.mjs', '.js', '.cjs'].map((suffix) => join(env.LAMBDA_TASK_ROOT, module + suffix)).find(existsSync);
  if (!file) throw named('Runtime.ImportModuleError', new Error(`Error: Cannot find module '${module}'`));
  const loaded = await import(pathToFileURL(file).href).catch((error) => {
    if (/MODULE_NOT_FOUND$/.test(error?.code)) {
      error.message = `Error: ${error.message}`;
      throw named('Runtime.ImportModuleError', error);
    }
    throw error instanceof SyntaxError ? named('Runtime.UserCodeSyntaxError', error) : error;
  });
  const found = loaded[name] ?? loaded.default?.[name];
  if (typeof found !== 'function')
    throw named('Runtime.HandlerNotFound', new Error(`${env._HANDLER} is undefined or not exported`));
  if (found.length >= 3)
    throw named(
      'Runtime.CallbackHandlerDeprecated',
      new Error('Node.js 24 functions take no callback: make the handler async, or return a promise.'),
    );
  return found;
}

function parseEvent(body) {
  try {
    return JSON.parse(body);
  } catch (error) {
    error.message = `Could not parse request body into json: ${error.message}`;
    throw named('Bootstrap.InvalidRequestContent', error);
  }
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: requestId,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
  };
}

async function endWith(errorType, error) {
  log('ERROR', `${errorType}\t${describe(error)}`);
  if (requestId) {
    const description = { ...JSON.parse(describe(error)), errorType };
    await call('POST', `/invocation/${requestId}/error`, JSON.stringify(description)).catch(() => {});
  }
  process.exit(129);
}

/** The thrown value in the form that the Runtime API expects. */
function describe(error) {
  return error instanceof Error || error?.stack
    ? JSON.stringify({ errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') })
    : JSON.stringify({ errorType: typeof error, errorMessage: String(error), trace: [] });
}

function named(name, error) {
  error.name = name;
  return error;
}

function take(name) {
  const value = env[name];
  delete env[name];
  return value;
}

function call(method, path, text) {
  const body = text === undefined ? undefined : Buffer.from(text);
  const ofBody = body && { 'content-type': 'application/json', 'content-length': body.length };
  const headers = { 'tillstream-token': token, ...ofBody };
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host, port, agent, method, path: `/2018-06-01/runtime${path}`, headers },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
        );
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
