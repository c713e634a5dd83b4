import { AssetHashType, DockerImage, Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { inRepository } from '../paths.ts';
import { bundle } from './bundle.ts';
import type { ModuleLayer } from './module-layer.ts';

export interface NodeFunctionProps {
  /** Folder under functions/. */
  readonly source: string;
  readonly functionName: string;
  readonly description: string;
  readonly architecture: Architecture;
  readonly layers: readonly ModuleLayer[];
  readonly sql?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly tracing: boolean;
  readonly logRetentionDays: RetentionDays;
  readonly onDelete: RemovalPolicy;
}

/** functions/<source>/handler.ts as a Lambda, with a log group and a role of its own that may do nothing else yet. */
export class NodeFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const folder = inRepository(`functions/${props.source}`);
    const provided = props.layers.flatMap(({ modules }) => modules);

    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${props.functionName}`,
      retention: props.logRetentionDays,
      removalPolicy: props.onDelete,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${props.functionName} may do`,
    });
    logGroup.grantWrite(this.role);

    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: props.architecture,
      handler: 'index.handler',
      code: Code.fromAsset(folder, {
        assetHashType: AssetHashType.OUTPUT,
        bundling: {
          image: DockerImage.fromRegistry('never-used'), // the type asks for one; tryBundle answers first
          local: {
            tryBundle(outdir) {
              bundle({ entry: `${folder}/handler.ts`, outdir, provided, ...(props.sql && { sql: props.sql }) });
              return true;
            },
          },
        },
      }),
      layers: [...props.layers],
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      memorySize: props.memoryMegabytes,
      timeout: Duration.seconds(props.timeoutSeconds),
      tracing: props.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...props.environment },
    });
    if (props.tracing)
      Validations.of(this.role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'X-Ray has no resources that a segment could be restricted to.',
      });
  }
}
