import { Fn, Stack, type StackProps } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Network } from '../config/environment.ts';
import { logGroup } from '../constructs/log-group.ts';
import { outboundOf } from '../constructs/outbound.ts';
import { SecurityGroups } from '../constructs/security-groups.ts';

export interface NetworkStackProps extends StackProps {
  readonly network: Network;
}

/** Of everything in it. */
export const ADDRESSES = '10.20.0.0/16';

/** The AWS services that functions and Lambda's Kafka pollers call; the latter need sts and lambda. */
const services = {
  Lambda: InterfaceVpcEndpointAwsService.LAMBDA,
  Sts: InterfaceVpcEndpointAwsService.STS,
  SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  Ssm: InterfaceVpcEndpointAwsService.SSM,
  Sns: InterfaceVpcEndpointAwsService.SNS,
  Kms: InterfaceVpcEndpointAwsService.KMS,
  Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  Monitoring: InterfaceVpcEndpointAwsService.CLOUDWATCH_MONITORING,
};

/**
 * Nothing of ours has a public address. Functions, brokers and all else that calls out are in private subnets; the
 * database is in isolated ones, which have no way out.
 */
export class NetworkStack extends Stack {
  readonly vpc: Vpc;
  readonly securityGroups: SecurityGroups;

  constructor(scope: Construct, id: string, { network, ...props }: NetworkStackProps) {
    super(scope, id, props);
    const { provider, allowFrom } = outboundOf(network.outbound);
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(ADDRESSES),
      // A count instead of an account's zones, so that synthesis needs no account.
      availabilityZones: Array.from({ length: network.zones }, (_, zone) => Fn.select(zone, Fn.getAzs())),
      natGateways: network.outbound.kind === 'instance' ? 1 : network.zones,
      natGatewayProvider: provider,
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
        { name: 'Data', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
      restrictDefaultSecurityGroup: false, // restricting it takes a custom resource, and nothing of ours is in that group
    });
    allowFrom(ADDRESSES);
    this.vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(logGroup(this, 'FlowLogs', network.flowLogDays)),
      trafficType: FlowLogTrafficType.REJECT, // accepted traffic is in the logs of its two ends
    });
    this.securityGroups = new SecurityGroups(this, 'SecurityGroups', this.vpc);
    const securityGroups = [this.securityGroups.endpoints];
    if (network.interfaceEndpoints)
      for (const [name, service] of Object.entries(services))
        this.vpc.addInterfaceEndpoint(name, { service, securityGroups, open: false });
  }
}
