/** A process that starts a stack as deployed, with its event source, for a copy of the project; prints its home; SIGTERM stops it. */
import { dirname } from 'node:path';
import { startPollerProcess } from '#localstack/poller/poller-process.ts';
import { startDeployedStack } from '../stack.ts';

const stack = await startDeployedStack();
const { kafka, lambda, runFolder } = stack.status;
const poller = await startPollerProcess({ runFolder, ...kafka, awsEndpoint: lambda.endpoint });
const failed = Promise.race([stack.failed, poller.failed]).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
console.log(dirname(runFolder));
await Promise.race([failed, new Promise((resolve) => process.once('SIGTERM', resolve))]);
await poller.stop();
await stack.stop();
