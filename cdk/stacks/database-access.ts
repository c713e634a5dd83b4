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
  /** The password of an existing database's owner: the default of the stack's parameter. If absent, one is generated. */
  readonly adminPassword?: string;
  /** Days between two rotations; if absent, passwords are not rotated by themselves. */
  readonly rotationDays?: number | undefined;
}

/** One secret for each role of PostgreSQL. migrate-database sets the roles' passwords from them. */
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
          ? { secretObjectValue: this.existing(username, adminPassword) }
          : { generateSecretString: generated(username) }),
        removalPolicy: RemovalPolicy.DESTROY,
      });
      acknowledge(
        secret,
        'AwsSolutions-SMG4',
        rotationDays
          ? `Rotated every ${rotationDays} days: the functions' stack has the schedule, with its function.`
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

  private existing(username: string, password: string) {
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
