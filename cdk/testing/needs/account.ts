/**
 * The account as it is once every template is deployed: the resources of all stacks, with references resolved to what they
 * refer to. Knows as much of CloudFormation as our templates use.
 */

export type Templates = ReadonlyMap<string, Template>;

interface Template {
  readonly Resources?: Readonly<Record<string, RawResource>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
}

interface RawResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[] | string;
}

export interface Resource {
  /** `stack/LogicalId`; a Ref to it resolves to this, unless it is a secret. */
  readonly id: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a resource's properties depend on its type
  readonly properties: any;
  readonly dependsOn: readonly string[];
}

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '123456789012',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** ARNs that templates take apart; any other attribute resolves to the resource's id and the attribute's name. */
export const clusterArnOf = (id: string): string =>
  `arn:aws:kafka:us-east-1:123456789012:cluster/${id.replace('/', '.')}/uuid`;
export const proxyArnOf = (id: string): string => `arn:aws:rds:us-east-1:123456789012:db-proxy:${id.replace('/', '.')}`;
const arns: Readonly<Record<string, (id: string) => string>> = {
  'AWS::MSK::Cluster.Arn': clusterArnOf,
  'AWS::RDS::DBProxy.DBProxyArn': proxyArnOf,
};
/** Ends with the six characters that Secrets Manager adds. */
export const secretArnOf = (name: string): string =>
  `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-AbCdEf`;

export function resourcesOf(templates: Templates): Resource[] {
  const exported = new Map<string, { stack: string; value: unknown }>();
  for (const [stack, { Outputs = {} }] of templates)
    for (const { Value, Export } of Object.values(Outputs))
      if (typeof Export?.Name === 'string') exported.set(Export.Name, { stack, value: Value });

  const resolve = (stack: string, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((each) => resolve(stack, each));
    if (typeof value !== 'object' || value === null) return value;
    const [name, argument] = Object.entries(value)[0] ?? [];
    switch (name) {
      case 'Ref': {
        const { Type, Properties } = templates.get(stack)?.Resources?.[argument] ?? {};
        if (Type === 'AWS::SecretsManager::Secret') return secretArnOf(String(Properties?.Name));
        return pseudoParameters[argument] ?? `${stack}/${argument}`;
      }
      case 'Fn::GetAtt': {
        const [resource, attribute] = argument;
        const type = templates.get(stack)?.Resources?.[resource]?.Type;
        return arns[`${type}.${attribute}`]?.(`${stack}/${resource}`) ?? `${stack}/${resource}.${attribute}`;
      }
      case 'Fn::ImportValue': {
        const found = exported.get(argument);
        if (!found) throw new Error(`${stack} imports ${argument}, which no stack exports.`);
        return resolve(found.stack, found.value);
      }
      case 'Fn::Join':
        return (resolve(stack, argument[1]) as string[]).join(argument[0]);
      case 'Fn::Split':
        return String(resolve(stack, argument[1])).split(argument[0]);
      case 'Fn::Select':
        return (resolve(stack, argument[1]) as unknown[])[Number(argument[0])];
      default:
        return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolve(stack, each)]));
    }
  };

  return [...templates].flatMap(([stack, { Resources = {} }]) =>
    Object.entries(Resources).map(([id, { Type, Properties, DependsOn = [] }]) => ({
      id: `${stack}/${id}`,
      type: Type,
      properties: resolve(stack, Properties ?? {}),
      dependsOn: [DependsOn].flat().map((other) => `${stack}/${other}`),
    })),
  );
}
