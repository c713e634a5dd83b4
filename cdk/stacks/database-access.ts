import { CfnParameter, RemovalPolicy, SecretValue, Stack, type StackProps } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { type DatabaseRole, databaseRoles } from '../config/functions.ts';
import { databaseSecretName } from '../config/names.ts';
import { acknowledge } from '../findings.ts';

export type DatabaseSecrets = Readonly<Record<DatabaseRole | 'admin', Secret>>;

const ADMIN_PASSWORD_PARAMETER = 'AdminPassword';

export interface DatabaseAccessStackProps extends StackProps {
  readonly environmentName: string;
  readonly adminUser: string;
  /** Of a database that was there first; a parameter of the stack, which this is the default of. Generated if absent. */
  readonly adminPassword?: string;
  /** Days after which they are rotated, if they are. */
  readonly rotationDays?: number | undefined;
}

/** One secret for each who logs in to PostgreSQL. migrate-database gives the roles these passwords. */
export class DatabaseAccessStack extends Stack {
  readonly secrets: DatabaseSecrets;

  constructor(scope: Construct, id: string, props: DatabaseAccessStackProps) {
    const { environmentName, adminUser, adminPassword, rotationDays, ...stackProps } = props;
    super(scope, id, stackProps);

    const secretOf = (role: DatabaseRole | 'admin', username: string): Secret => {
      const secret = new Secret(this, role, {
        secretName: databaseSecretName(environmentName, role),
        description: `PostgreSQL role ${username}`,
        ...(role === 'admin' && adminPassword !== undefined
          ? { secretObjectValue: this.given(username, adminPassword) }
          : { generateSecretString: generated(username) }),
        removalPolicy: RemovalPolicy.DESTROY,
      });
      acknowledge(
        secret,
        'AwsSolutions-SMG4',
        rotationDays
          ? `Rotated every ${rotationDays} days: the schedule is with its function, in the functions' stack.`
          : 'Not asked for in this environment; `aws secretsmanager rotate-secret` does it at any time.',
      );
      return secret;
    };

    this.secrets = {
      admin: secretOf('admin', adminUser),
      ...(Object.fromEntries(databaseRoles.map((role) => [role, secretOf(role, role)])) as Record<
        DatabaseRole,
        Secret
      >),
    };
  }

  private given(username: string, password: string) {
    const parameter = new CfnParameter(this, ADMIN_PASSWORD_PARAMETER, {
      type: 'String',
      noEcho: true,
      default: password,
    });
    return { username: SecretValue.unsafePlainText(username), password: SecretValue.cfnParameter(parameter) };
  }
}

const generated = (username: string) => ({
  secretStringTemplate: JSON.stringify({ username }),
  generateStringKey: 'password',
  passwordLength: 40,
  excludePunctuation: true,
});
