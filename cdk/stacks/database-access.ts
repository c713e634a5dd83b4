import { RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Environment } from '../config/environments.ts';
import { type DatabaseRole, databaseRoles } from '../config/functions.ts';
import { databaseSecretName } from '../config/names.ts';

export interface DatabaseAccessStackProps extends StackProps {
  readonly environmentName: string;
  readonly adminUser: string;
  readonly onDelete: Environment['onDelete'];
}

/** One generated secret for each who logs in to PostgreSQL. migrate-database gives the roles these passwords. */
export class DatabaseAccessStack extends Stack {
  readonly secrets: Readonly<Record<DatabaseRole | 'admin', Secret>>;

  constructor(scope: Construct, id: string, props: DatabaseAccessStackProps) {
    const { environmentName, adminUser, onDelete, ...stackProps } = props;
    super(scope, id, { terminationProtection: onDelete === 'keep', ...stackProps });

    const secretOf = (role: DatabaseRole | 'admin', username: string): Secret => {
      const secret = new Secret(this, role, {
        secretName: databaseSecretName(environmentName, role),
        description: `PostgreSQL role ${username}`,
        generateSecretString: {
          secretStringTemplate: JSON.stringify({ username }),
          generateStringKey: 'password',
          passwordLength: 40,
          excludePunctuation: true,
        },
        removalPolicy: onDelete === 'keep' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      });
      Validations.of(secret).acknowledge({
        id: 'AwsSolutions-SMG4',
        reason:
          'A new password must reach PostgreSQL too: migrate-database does both; connections read the secret anew.',
      });
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
}
