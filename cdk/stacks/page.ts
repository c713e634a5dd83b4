import { ArnFormat, CfnOutput, Duration, SecretValue, Stack, type StackProps } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  ListenerAction,
  ListenerCertificate,
  ListenerCondition,
  SslPolicy,
  TargetType,
  UnauthenticatedAction,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LambdaTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { intervalsOf } from '#domain/configuration/intervals.ts';
import type { Configuration } from '#domain/configuration/keys.ts';
import type { Connections } from '../backbone.ts';
import type { Environment } from '../config/environment.ts';
import { functionNamed, functionPrefix, stackName } from '../config/names.ts';
import { actingFunctions, SERVE_CONSOLE, serveConsole } from '../config/serve-console.ts';
import type { TeamPage } from '../config/team-page.ts';
import { lateVariables } from '../constructs/alerts.ts';
import { grantLake } from '../constructs/lake-access.ts';
import { ModuleLayer } from '../constructs/module-layer.ts';
import { NodeFunction } from '../constructs/node-function.ts';
import { acknowledge } from '../findings.ts';
import { ADDRESSES, type NetworkStack } from './network.ts';

export interface PageStackProps extends StackProps {
  readonly environmentName: string;
  readonly version: string;
  readonly page: TeamPage;
  readonly settings: Environment['functions'];
  readonly connections: Connections;
  readonly network: NetworkStack;
  readonly bucket: Bucket;
  readonly configuration: Configuration;
  readonly protected: boolean;
}

const HTTPS = Port.tcp(443);
/** A working day; then the provider is asked again, and with it for the groups. */
const LOGIN = Duration.hours(10);

/**
 * The page for a team: a load balancer without a public address logs people in by OIDC and calls a function, which has the page's files in
 * its bundle and answers as `npm start` does.
 */
export class PageStack extends Stack {
  constructor(scope: Construct, id: string, props: PageStackProps) {
    super(scope, id, props);
    const { page } = props;
    const balancer = this.balancer(props);
    const { lambda } = this.function(props, balancer.loadBalancerArn);
    const target = new ApplicationTargetGroup(this, 'Target', {
      targetType: TargetType.LAMBDA,
      targets: [new LambdaTarget(lambda)],
      // Else one of two headers of the same name would be lost.
      multiValueHeadersEnabled: true,
    });
    const listener = balancer.addListener('Https', {
      port: 443,
      protocol: ApplicationProtocol.HTTPS,
      certificates: [ListenerCertificate.fromArn(page.certificateArn)],
      sslPolicy: SslPolicy.RECOMMENDED_TLS,
      open: false,
      defaultAction: loggedIn(page, target, UnauthenticatedAction.AUTHENTICATE),
    });
    // A script can't follow the way to a login of another origin: it is told that there is none.
    listener.addAction('Api', {
      priority: 1,
      conditions: [ListenerCondition.pathPatterns(['/api/*'])],
      action: loggedIn(page, target, UnauthenticatedAction.DENY),
    });
    new CfnOutput(this, 'PageAddress', {
      value: balancer.loadBalancerDnsName,
      description: `Where ${page.domain} must lead: an alias or CNAME, which the domain's owner makes`,
    });
  }

  private balancer({ environmentName, page, network, protected: deletionProtection }: PageStackProps) {
    const { vpc } = network;
    const around = new SecurityGroup(this, 'Around', { vpc, description: 'The page', allowAllOutbound: false });
    for (const cidr of page.from ?? [ADDRESSES]) around.addIngressRule(Peer.ipv4(cidr), HTTPS, 'Who looks at it');
    around.addEgressRule(Peer.anyIpv4(), HTTPS, 'The provider of logins');
    const balancer = new ApplicationLoadBalancer(this, 'Balancer', {
      loadBalancerName: stackName(environmentName, 'page'),
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      internetFacing: false,
      securityGroup: around,
      deletionProtection,
      dropInvalidHeaderFields: true,
      idleTimeout: Duration.seconds(serveConsole.timeoutSeconds + 5),
    });
    acknowledge(
      balancer,
      'AwsSolutions-ELB2',
      'It passes requests to one function, whose log has each of them with who asked; logins are in the log of their provider.',
    );
    return balancer;
  }

  private function(props: PageStackProps, loadBalancerArn: string): NodeFunction {
    const { environmentName, page, settings, connections, network, bucket } = props;
    const { issuer, clientId, claims } = page.oidc;
    const architecture = settings.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64;
    const made = new NodeFunction(this, SERVE_CONSOLE, {
      ...serveConsole,
      functionName: functionNamed(environmentName, SERVE_CONSOLE),
      architecture,
      layers: [new ModuleLayer(this, 'KafkaLayer', { name: 'kafka', architecture })],
      page: true,
      tracing: settings.tracing,
      logRetentionDays: settings.logRetentionDays,
      placement: {
        vpc: network.vpc,
        vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
        securityGroups: [
          network.securityGroups.https,
          ...connections.database.securityGroups(serveConsole.database),
          ...connections.kafka.securityGroups,
        ],
      },
      environment: {
        TILLSTREAM_ENVIRONMENT: environmentName,
        TILLSTREAM_VERSION: props.version,
        POWERTOOLS_SERVICE_NAME: SERVE_CONSOLE,
        POWERTOOLS_METRICS_NAMESPACE: 'Tillstream',
        ...connections.database.variables(serveConsole.database),
        ...connections.kafka.variables,
        LAKE_BUCKET: bucket.bucketName,
        DAG_INTERVALS: JSON.stringify(intervalsOf(props.configuration)),
        ...lateVariables(props.configuration),
        FUNCTION_PREFIX: functionPrefix(environmentName),
        DOMAIN: page.domain,
        LOAD_BALANCER: loadBalancerArn,
        LOGIN_KEYS: `https://public-keys.auth.elb.${this.region}.amazonaws.com`,
        LOGIN: JSON.stringify({ issuer, clientId, claims, groups: page.groups }),
      },
    });
    connections.database.allow(made, serveConsole.database);
    connections.kafka.allow(made, serveConsole);
    grantLake(made, bucket, serveConsole.lake);
    if (page.groups.act)
      made.role.addToPolicy(
        new PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: actingFunctions.map((name) => this.functionArn(functionNamed(environmentName, name))),
        }),
      );
    return made;
  }

  private functionArn(resourceName: string): string {
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    return this.formatArn({ service: 'lambda', resource: 'function', resourceName, arnFormat });
  }
}

/** The secret stays in Secrets Manager: the template only names it. */
const loggedIn = (
  { oidc }: TeamPage,
  target: ApplicationTargetGroup,
  onUnauthenticatedRequest: UnauthenticatedAction,
): ListenerAction => {
  const { claims: _, clientSecret, ...provider } = oidc;
  return ListenerAction.authenticateOidc({
    ...provider,
    clientSecret: SecretValue.secretsManager(clientSecret),
    sessionTimeout: LOGIN,
    onUnauthenticatedRequest,
    // The security group above has it.
    allowHttpsOutbound: false,
    next: ListenerAction.forward([target]),
  });
};
