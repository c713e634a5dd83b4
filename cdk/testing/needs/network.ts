/** Finds what can reach what, by security groups and routes. */
import type { Resource } from './account.ts';

interface Rule {
  readonly group: string;
  readonly peer: string | undefined;
  readonly cidr: string | undefined;
  readonly from: number;
  readonly to: number;
}

export interface Network {
  /** Whether one of the groups may call `target` on the port, and `target` lets it in. */
  reaches(groups: readonly string[], target: string, port: number): boolean;
  reachesInternet(groups: readonly string[], port: number): boolean;
  /** Whether the subnet has a route out, through NAT. */
  hasWayOut(subnet: string): boolean;
}

const ANYWHERE = '0.0.0.0/0';

export function networkOf(resources: readonly Resource[]): Network {
  const of = (type: string) => resources.filter((resource) => resource.type === type);
  const outgoing = rules(of('AWS::EC2::SecurityGroup'), 'SecurityGroupEgress', of('AWS::EC2::SecurityGroupEgress'));
  const incoming = rules(of('AWS::EC2::SecurityGroup'), 'SecurityGroupIngress', of('AWS::EC2::SecurityGroupIngress'));
  const fits = ({ from, to }: Rule, port: number) => from <= port && port <= to;
  return {
    reaches: (groups, target, port) =>
      groups.some(
        (group) =>
          outgoing.some(
            (rule) => rule.group === group && (rule.peer === target || rule.cidr === ANYWHERE) && fits(rule, port),
          ) && incoming.some((rule) => rule.group === target && rule.peer === group && fits(rule, port)),
      ),
    reachesInternet: (groups, port) =>
      outgoing.some(
        ({ group, cidr, ...rule }) =>
          groups.includes(group) && cidr === ANYWHERE && fits({ group, cidr, ...rule }, port),
      ),
    hasWayOut(subnet) {
      const tables = of('AWS::EC2::SubnetRouteTableAssociation')
        .filter(({ properties }) => properties.SubnetId === subnet)
        .map(({ properties }) => properties.RouteTableId);
      return of('AWS::EC2::Route').some(
        ({ properties: { RouteTableId, DestinationCidrBlock, NatGatewayId, InstanceId } }) =>
          tables.includes(RouteTableId) && DestinationCidrBlock === ANYWHERE && Boolean(NatGatewayId ?? InstanceId),
      );
    },
  };
}

/** Rules are in their group's resource, or, where groups refer to each other, in resources of their own. */
function rules(groups: readonly Resource[], inline: string, beside: readonly Resource[]): Rule[] {
  const toRule = (group: string, { FromPort, ToPort, CidrIp, ...peers }: Record<string, unknown>): Rule => ({
    group,
    peer: (peers.DestinationSecurityGroupId ?? peers.SourceSecurityGroupId) as string | undefined,
    cidr: CidrIp as string | undefined,
    from: Number(FromPort ?? 0),
    to: Number(ToPort ?? 65_535),
  });
  return [
    ...groups.flatMap(({ id, properties }) =>
      ((properties[inline] ?? []) as Record<string, unknown>[]).map((rule) => toRule(`${id}.GroupId`, rule)),
    ),
    ...beside.map(({ properties }) => toRule(properties.GroupId, properties)),
  ];
}
