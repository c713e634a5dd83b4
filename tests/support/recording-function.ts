/** A Lambda function that records its events for the test and answers as the test says. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, json } from 'node:stream/consumers';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import type { MSKEvent } from 'aws-lambda';
import yazl from 'yazl';
import type { AwsAccess } from '#localstack/stack/status.ts';

export interface RecordingFunction {
  readonly name: string;
  /** Every event of an invocation, in order. */
  readonly events: readonly MSKEvent[];
  /** From now on, the function returns what `answer` returns, or fails with the error that `answer` throws. */
  answerWith(answer: (event: MSKEvent) => unknown): void;
  delete(): Promise<void>;
}

const SOURCE = `
export const handler = async (event) => {
  const response = await fetch(process.env.TEST, { method: 'POST', body: JSON.stringify(event) });
  const { error, result } = await response.json();
  if (error) throw new Error(error);
  return result;
};
`;

export function lambdaClient({ endpoint, region, accessKeyId, secretAccessKey }: AwsAccess): LambdaClient {
  return new LambdaClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
}

export async function createRecordingFunction(aws: AwsAccess, name: string): Promise<RecordingFunction> {
  const events: MSKEvent[] = [];
  let answer: (event: MSKEvent) => unknown = () => null;
  const respond = async (event: MSKEvent) => {
    try {
      return { result: await answer(event) };
    } catch (error) {
      return { error: String(error) };
    }
  };
  const server = createServer(async (request, response) => {
    const event = (await json(request)) as MSKEvent;
    events.push(event);
    const result = await respond(event);
    response.end(JSON.stringify(result));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const lambda = lambdaClient(aws);
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: 'arn:aws:iam::000000000000:role/recording',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: await zipped('index.mjs', SOURCE) },
      Timeout: 60,
      Environment: { Variables: { TEST: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } },
    }),
  );
  await waitUntilFunctionActiveV2(
    { client: lambda, maxWaitTime: 120, minDelay: 0.1, maxDelay: 0.1 },
    { FunctionName: name },
  );

  return {
    name,
    events,
    answerWith: (wanted) => {
      answer = wanted;
    },
    async delete() {
      await lambda.send(new DeleteFunctionCommand({ FunctionName: name }));
      server.close();
      server.closeAllConnections();
    },
  };
}

async function zipped(file: string, source: string): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  zip.addBuffer(Buffer.from(source), file);
  zip.end();
  return buffer(zip.outputStream);
}
