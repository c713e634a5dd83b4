/** IAM's decision, as far as our policies need it: allowed if a statement allows it and no unconditional one denies it. */
import type { Resource } from './account.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

export type Allows = (action: string, resource: string) => boolean;

export function permissionsOf(resources: readonly Resource[], role: string): Allows {
  const statements: Statement[] = resources
    .filter(({ type, properties }) => type === 'AWS::IAM::Policy' && properties.Roles?.includes(role))
    .flatMap(({ properties }) => properties.PolicyDocument.Statement);
  const applies = (statement: Statement, action: string, resource: string) =>
    [statement.Action].flat().some((pattern) => matches(pattern, action)) &&
    [statement.Resource].flat().some((pattern) => matches(pattern, resource));
  return (action, resource) => {
    const applying = statements.filter((statement) => applies(statement, action, resource));
    return (
      applying.some(({ Effect }) => Effect === 'Allow') &&
      !applying.some(({ Effect, Condition }) => Effect === 'Deny' && !Condition)
    );
  };
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern
    .split(/([*?])/)
    .map((part) => ({ '*': '.*', '?': '.' })[part] ?? part.replace(/[.+^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('')}$`, 's').test(text);
}
