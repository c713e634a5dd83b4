import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnRotationSchedule, type Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { databaseRoles, type FunctionNeeds } from '../config/functions.ts';
import { databaseSecretName } from '../config/names.ts';
import type { DatabaseSecrets } from '../stacks/database-access.ts';
import type { NodeFunction } from './node-function.ts';

type Passwords = NonNullable<FunctionNeeds['passwords']>;

export const passwordVariables = (passwords: Passwords, environmentName: string): Record<string, string> =>
  passwords === 'set'
    ? {
        ROLE_SECRETS: JSON.stringify(
          Object.fromEntries(databaseRoles.map((role) => [role, databaseSecretName(environmentName, role)])),
        ),
      }
    : {};

/** Lets the function that sets passwords in PostgreSQL read the secrets, and the one that rotates them also write them. */
export function grantPasswords({ role }: NodeFunction, passwords: Passwords, secrets: DatabaseSecrets): void {
  for (const secret of Object.values(secrets)) {
    secret.grantRead(role);
    if (passwords === 'rotate')
      role.addToPolicy(
        new PolicyStatement({
          actions: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
          resources: [secret.secretArn],
        }),
      );
  }
}

/** Secrets Manager calls the function for each secret every `days` days, the first time after `days`. */
export function rotateSecrets(rotating: NodeFunction, secrets: readonly Secret[], days: number): Construct {
  const schedules = new Construct(rotating, 'Rotation');
  rotating.lambda.addPermission('SecretsManager', {
    principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
    sourceAccount: Stack.of(rotating).account,
  });
  for (const secret of secrets) {
    const schedule = new CfnRotationSchedule(schedules, secret.node.id, {
      secretId: secret.secretArn,
      rotationLambdaArn: rotating.lambda.functionArn,
      rotateImmediatelyOnUpdate: false,
      rotationRules: { scheduleExpression: `rate(${days} days)` },
    });
    schedule.node.addDependency(rotating.lambda);
  }
  return schedules;
}
