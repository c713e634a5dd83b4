import type { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { ExistingBackbone, Rds } from '../config/environment.ts';
import type { DatabaseRole } from '../config/functions.ts';
import { databaseSecretName } from '../config/names.ts';
import type { DatabaseStack } from '../stacks/database.ts';
import type { DatabaseSecrets } from '../stacks/database-access.ts';
import type { NodeFunction } from './node-function.ts';
import { POSTGRES_PORT, type SecurityGroups } from './security-groups.ts';

export type DatabaseUser = DatabaseRole | 'admin';

/** How functions reach PostgreSQL and log in there. */
export interface DatabaseConnection {
  /** The variables that adapters/configuration.ts reads. */
  variables(user: DatabaseUser): Readonly<Record<string, string>>;
  allow(made: NodeFunction, user: DatabaseUser): void;
  securityGroups(user: DatabaseUser): SecurityGroup[];
}

/** Every role logs in with the password in its secret, and without TLS; for one machine only. */
export function existingDatabase(
  { host, port, name, adminUser }: ExistingBackbone['database'],
  environmentName: string,
  secrets: DatabaseSecrets,
): DatabaseConnection {
  return {
    variables: (user) => ({
      DATABASE_HOST: host,
      DATABASE_PORT: String(port),
      DATABASE_NAME: name,
      DATABASE_TLS: 'off',
      DATABASE_USER: user === 'admin' ? adminUser : user,
      DATABASE_SECRET_ID: databaseSecretName(environmentName, user),
    }),
    allow: ({ role }, user) => {
      secrets[user].grantRead(role);
    },
    securityGroups: () => [],
  };
}

/**
 * Roles log in to the proxy, with IAM and no password. The owner of the schemas logs in to PostgreSQL itself, with a
 * password, since it makes the roles and passwords that the proxy needs before it can let any role in.
 */
export function rdsDatabase(
  { name, adminUser }: Rds,
  environmentName: string,
  { proxy, instanceHost }: DatabaseStack,
  secrets: DatabaseSecrets,
  groups: SecurityGroups,
): DatabaseConnection {
  return {
    variables: (user) => ({
      DATABASE_PORT: String(POSTGRES_PORT),
      DATABASE_NAME: name,
      DATABASE_TLS: 'require',
      ...(user === 'admin'
        ? {
            DATABASE_HOST: instanceHost,
            DATABASE_USER: adminUser,
            DATABASE_AUTH: 'password',
            DATABASE_SECRET_ID: databaseSecretName(environmentName, user),
            // A public authority signs the proxy's certificate; Amazon's RDS authority signs the instance's, and is in this file:
            // https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
            NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem',
          }
        : { DATABASE_HOST: proxy.endpoint, DATABASE_USER: user, DATABASE_AUTH: 'iam' }),
    }),
    allow: ({ role }, user) => {
      if (user === 'admin') secrets.admin.grantRead(role);
      else proxy.grantConnect(role, user);
    },
    securityGroups: (user) => [user === 'admin' ? groups.databaseAdmins : groups.databaseClients],
  };
}
