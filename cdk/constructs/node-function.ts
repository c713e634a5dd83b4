import { dirname } from 'node:path';
import { ArnFormat, AssetHashType, DockerImage, Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { inRepository } from '#adapters/repository.ts';
import { acknowledge } from '../findings.ts';
import { bundle } from './bundle.ts';
import { logGroup } from './log-group.ts';
import type { ModuleLayer } from './module-layer.ts';
import { allowNetworkInterfaces, type Placement } from './vpc-access.ts';

export interface NodeFunctionProps {
  /** The file that exports `handler`. */
  readonly entry: string;
  readonly functionName: string;
  readonly description: string;
  readonly architecture: Architecture;
  readonly layers: readonly ModuleLayer[];
  readonly sql?: readonly string[];
  /** Whether its bundle has the page's files. */
  readonly page?: boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly tracing: boolean;
  readonly logRetentionDays: RetentionDays;
  /** If absent, the function runs outside of any network of ours. */
  readonly placement?: Placement | undefined;
}

/** A file's `handler` as a Lambda function, with a log group, and a role that may only write there so far. */
export class NodeFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;
  readonly timeout: Duration;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const entry = inRepository(props.entry);
    const provided = props.layers.flatMap(({ modules }) => modules);
    this.timeout = Duration.seconds(props.timeoutSeconds);
    const logs = logGroup(this, 'Logs', props.logRetentionDays, `/aws/lambda/${props.functionName}`);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${props.functionName} may do`,
    });
    logs.grantWrite(this.role);
    const functionArn = Stack.of(this).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: props.functionName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    if (props.placement) allowNetworkInterfaces(this.role, functionArn);

    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: props.architecture,
      handler: 'index.handler',
      code: Code.fromAsset(dirname(entry), {
        assetHashType: AssetHashType.OUTPUT,
        bundling: {
          image: DockerImage.fromRegistry('never-used'), // the type requires an image; tryBundle comes first
          local: {
            tryBundle(outdir) {
              const { sql = [], page = false } = props;
              bundle({ entry, outdir, provided, sql, page });
              return true;
            },
          },
        },
      }),
      layers: [...props.layers],
      role: this.role,
      logGroup: logs,
      loggingFormat: LoggingFormat.JSON,
      memorySize: props.memoryMegabytes,
      timeout: this.timeout,
      tracing: props.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...props.environment },
      ...props.placement,
    });
    acknowledge(
      this.lambda,
      'Serverless-LambdaDLQ',
      'Every caller waits for the answer and handles errors; relay-outbox and load-orders, which are called without waiting, run by schedule anyway.',
    );
    if (props.tracing)
      acknowledge(
        this.role,
        'AwsSolutions-IAM5[Resource::*]',
        'X-Ray has no resources that a segment could be restricted to.',
      );
  }
}
