/** Alarms on PostgreSQL: it has processor time, storage and connections left. */
import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { type Area, ofService } from './alarm.ts';

export interface WatchedDatabase {
  readonly instanceIdentifier: string;
  readonly proxyName: string;
}

const GIGABYTE = 2 ** 30;

export function database({ instanceIdentifier, proxyName }: WatchedDatabase): Area {
  const metric = (name: string, statistic: 'Average' | 'Maximum' | 'Minimum') =>
    ofService('AWS/RDS', name, { DBInstanceIdentifier: instanceIdentifier }, { statistic });
  return {
    title: 'PostgreSQL',
    alarms: [
      {
        name: 'database-cpu',
        heading: 'The database is busy',
        what: 'PostgreSQL has used 80 % of its processors for half an hour.',
        metric: metric('CPUUtilization', 'Average'),
        threshold: 80,
        periods: 6,
      },
      {
        name: 'database-storage',
        heading: 'The database runs out of storage',
        what: 'PostgreSQL has less than 5 GB left, and its storage did not grow.',
        metric: metric('FreeStorageSpace', 'Minimum'),
        threshold: 5 * GIGABYTE,
        below: true,
        periods: 3,
      },
      {
        name: 'database-connections',
        heading: 'The database runs out of connections',
        what: 'The proxy holds 85 % of the connections that it may open; at 100 % functions wait.',
        metric: connectionsUsed(proxyName),
        threshold: 85,
        periods: 3,
      },
    ],
    graphs: {
      Connections: [
        metric('DatabaseConnections', 'Maximum'),
        ofService('AWS/RDS', 'ClientConnections', { ProxyName: proxyName }),
      ],
      'Storage, memory': [metric('FreeStorageSpace', 'Minimum'), metric('FreeableMemory', 'Minimum')],
    },
  };
}

const connectionsUsed = (ProxyName: string): MathExpression =>
  new MathExpression({
    expression: '100 * open / allowed',
    usingMetrics: {
      open: ofService('AWS/RDS', 'DatabaseConnections', { ProxyName }),
      allowed: ofService('AWS/RDS', 'MaxDatabaseConnectionsAllowed', { ProxyName }),
    },
    period: Duration.minutes(5),
    label: 'Connections of the proxy, % of those allowed',
  });
