import { type Instance, InstanceType, NatProvider, NatTrafficDirection, Peer, Port } from 'aws-cdk-lib/aws-ec2';
import type { Network } from '../config/environment.ts';
import { acknowledge } from '../findings.ts';

export interface Outbound {
  readonly provider: NatProvider;
  /** Call it once the network exists, with the network's addresses. */
  allowFrom(cidr: string): void;
}

/** How private subnets reach the internet. */
export function outboundOf(outbound: Network['outbound']): Outbound {
  if (outbound.kind === 'gateway-per-zone') return { provider: NatProvider.gateway(), allowFrom: () => {} };
  const provider = NatProvider.instanceV2({
    instanceType: new InstanceType(outbound.type),
    defaultAllowedTraffic: NatTrafficDirection.NONE,
    associatePublicIpAddress: true, // the subnets assign none
  });
  return {
    provider,
    allowFrom(cidr) {
      provider.connections.allowFrom(Peer.ipv4(cidr), Port.tcp(443), 'HTTPS on its way out');
      provider.connections.allowToAnyIpv4(Port.tcp(443), 'HTTPS on its way out');
      for (const instance of provider.gatewayInstances) harden(instance);
    },
  };
}

function harden(instance: Instance): void {
  instance.instance.blockDeviceMappings = [{ deviceName: '/dev/xvda', ebs: { encrypted: true } }];
  acknowledge(
    instance,
    'AwsSolutions-EC28',
    'Chosen where cost decides; detailed monitoring would cost as much as the instance.',
  );
  acknowledge(instance, 'AwsSolutions-EC29', 'It holds no data and must go with its stack.');
}
