import { RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from '../findings.ts';

/** A Variable of Airflow, kept in Secrets Manager, where Airflow looks it up. */
export function airflowVariable(
  scope: Construct,
  name: string,
  {
    prefix,
    value,
    description = 'a name that the deployment gave',
  }: { prefix: string; value: string; description?: string },
): Secret {
  const variable = new Secret(scope, name, {
    secretName: `${prefix}/${name}`,
    description: `Airflow Variable: ${description}`,
    secretStringValue: SecretValue.unsafePlainText(value),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  acknowledge(
    variable,
    'AwsSolutions-SMG4',
    "Not a password: Airflow's secrets backend reads Variables from Secrets Manager.",
  );
  return variable;
}
