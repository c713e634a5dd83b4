/** Accepts findings of the security checks, each with its reason beside the resource that has it. */
import { DefaultTokenResolver, type IResolveContext, Reference, Stack, Tokenization, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** @param id the rule as the finding names it, such as AwsSolutions-EC28 */
export const acknowledge = (scope: IConstruct, id: string, reason: string): void =>
  Validations.of(scope).acknowledge({ id, reason });

/**
 * A policy's resource with `*` in it.
 *
 * @param resource as the policy has it; it may refer to another stack
 */
export const acknowledgeResource = (scope: IConstruct, resource: string, reason: string): void =>
  acknowledge(scope, `AwsSolutions-IAM5[Resource::${asNamed(scope, resource)}]`, reason);

/** Functions that CDK adds for what CloudFormation can't do. */
export function acknowledgeCustomResource(scope: IConstruct): void {
  acknowledge(
    scope,
    'Serverless-LambdaDLQ',
    'CloudFormation calls it and waits for its answer: an error fails the deployment.',
  );
  acknowledge(scope, 'Serverless-LambdaTracing', 'It runs at deployments only, and CDK offers no tracing for it.');
}

/** cdk-nag names a resource as the template does, where a reference to another stack is the import of its export. */
function asNamed(scope: IConstruct, value: string): string {
  const stack = Stack.of(scope);
  const resolver = new DefaultTokenResolver({ join: (left, right) => flat(left) + flat(right) });
  const resolveToken = resolver.resolveToken.bind(resolver);
  resolver.resolveToken = (token, context: IResolveContext, postProcessor) => {
    const owner = Reference.isReference(token) ? Stack.of(token.target) : stack;
    return owner === stack ? resolveToken(token, context, postProcessor) : owner.resolve(owner.exportValue(token));
  };
  return flat(Tokenization.resolve(value, { scope, resolver, preparing: false }));
}

/** A template's reference as cdk-nag writes it. */
function flat(part: unknown): string {
  if (typeof part === 'string') return part;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::ImportValue': imported } = (part ?? {}) as Record<string, unknown>;
  if (Ref) return `<${Ref}>`;
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`;
  if (typeof imported === 'string') return imported;
  return part === undefined ? '' : JSON.stringify(part);
}
