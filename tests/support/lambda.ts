/** Creates and invokes Lambda functions whose code is a few lines in a test. */
import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import yazl from 'yazl';
import { until } from '#localstack/processes/until.ts';
import type { AwsAccess } from '#localstack/stack/status.ts';

/** Client settings for any AWS service of the test stack. */
export const awsSettings = ({ endpoint, region, accessKeyId, secretAccessKey }: AwsAccess) => ({
  endpoint,
  region,
  credentials: { accessKeyId, secretAccessKey },
  maxAttempts: 1,
});

export interface Answer {
  /** "Unhandled" if the function failed. */
  readonly error: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: every test knows what its own function returns
  readonly result: any;
  readonly log: string;
}

export function lambdaTools(access: AwsAccess) {
  const client = new LambdaClient(awsSettings(access));

  const ready = (name: string, qualifier?: string) =>
    until(
      async () => {
        const FunctionName = qualifier ? `${name}:${qualifier}` : name;
        const { State, LastUpdateStatus, StateReason } = await client.send(
          new GetFunctionConfigurationCommand({ FunctionName }),
        );
        if (State === 'Failed') return { failed: StateReason ?? 'no reason given' };
        return State === 'Active' && LastUpdateStatus !== 'InProgress' && { failed: undefined };
      },
      { what: `function ${name} can be invoked`, within: 120_000 },
    );

  return {
    client,
    ready,

    /** @returns the function's unique name */
    async create(
      files: Readonly<Record<string, string>>,
      settings: Partial<CreateFunctionCommandInput> = {},
    ): Promise<string> {
      const FunctionName = `test-${randomUUID()}`;
      await client.send(
        new CreateFunctionCommand({
          FunctionName,
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Role: 'arn:aws:iam::000000000000:role/test',
          Timeout: 10,
          MemorySize: 256,
          Code: { ZipFile: await zipOf(files) },
          ...settings,
        }),
      );
      await ready(FunctionName);
      return FunctionName;
    },

    /** Sets environment variables beside those that it has. */
    async setVariables(FunctionName: string, variables: Readonly<Record<string, string>>): Promise<void> {
      const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
      const Variables = { ...Environment?.Variables, ...variables };
      await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
      await ready(FunctionName);
    },

    async invoke(name: string, event: unknown = {}, settings: Partial<InvokeCommandInput> = {}): Promise<Answer> {
      const { FunctionError, Payload, LogResult } = await client.send(
        new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event), LogType: 'Tail', ...settings }),
      );
      const text = Payload?.transformToString();
      return {
        error: FunctionError,
        result: text ? JSON.parse(text) : undefined,
        log: Buffer.from(LogResult ?? '', 'base64').toString(),
      };
    },
  };
}

export function zipOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [path, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), path);
  zip.end();
  return buffer(zip.outputStream);
}
