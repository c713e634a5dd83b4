/** What other programs have to know to use the services of a stack. */
import { postgresUrl, tlsOf } from '#adapters/postgres/url.ts';
import type { Access, Fact, Place } from '#operations/connect/access.ts';
import type { Service } from '#operations/services.ts';
import type { Addresses } from './addresses.ts';
import { servicesOf } from './services.ts';

export function accessOf(stack: Addresses): Access {
  const { kafka, postgres, biReader, within = null } = stack;
  // Analysts' login, where there is one: what is asked with it can change nothing.
  const { user, password } = biReader ?? postgres;
  return {
    within,
    places: placesOf(stack),
    clients: {
      brokers: kafka.bootstrapServers,
      database: {
        host: postgres.host,
        port: postgres.port,
        name: postgres.database,
        user,
        password,
        tls: tlsOf(postgres.ssl),
      },
      lake: lakeOf(stack),
    },
  };
}

/** Of an S3 of one's own without the login: whoever has brought it has it, and it is shown nowhere. */
function lakeOf({ s3, own }: Addresses): Access['clients']['lake'] {
  const { accessKeyId, secretAccessKey, ...place } = s3;
  return own?.includes('s3') ? place : { ...place, login: { accessKeyId, secretAccessKey } };
}

const shown = (name: string, value: string): Fact => ({ name, value, isSecret: false });
const secret = (name: string, value: string): Fact => ({ name, value, isSecret: true });

/** A login to the database, by the name of who logs in. */
const asWhom = (url: string): Fact => secret(`as ${decodeURIComponent(new URL(url).username)}`, url);

function placesOf(stack: Addresses): Place[] {
  const { s3, lambda, biReader, ownerUrl, airflow, elasticsearch, emr, own } = stack;
  const { kafka, postgres, lambda: aws, s3: ownS3, ...others } = servicesOf(stack);
  const of = (service: Service, purpose: string, ...facts: Fact[]): Place => ({ ...service, purpose, facts });
  return [
    of(kafka, 'The topics', shown('brokers', stack.kafka.bootstrapServers)),
    of(
      postgres,
      'Ledger, warehouse and all that is made of the streams',
      shown('database', stack.postgres.database),
      ...(biReader ? [asWhom(biReader.url)] : []),
      // Whoever has brought it knows its owner's.
      ...(own?.includes('postgres') ? [] : [asWhom(ownerUrl ?? postgresUrl(stack.postgres))]),
    ),
    of(
      aws,
      ownS3 ? 'Lambda, secrets' : 'S3, Lambda, secrets',
      shown('region', lambda.region),
      ...(ownS3 ? [] : [shown('bucket', s3.bucket), shown('S3', s3.endpoint)]),
      shown('functions', `${lambda.functionPrefix}-…`),
      secret('access key', lambda.accessKeyId),
      secret('secret key', lambda.secretAccessKey),
    ),
    ...(ownS3
      ? [
          of(
            ownS3,
            'The lake, by the login of whoever started',
            shown('region', s3.region),
            shown('bucket', s3.bucket),
            shown('S3', s3.endpoint),
          ),
        ]
      : []),
    ...(others.elasticsearch && elasticsearch
      ? [of(others.elasticsearch, 'Hourly metrics', shown('URL', elasticsearch.url))]
      : []),
    ...(others.emr && emr ? [of(others.emr, 'Spark jobs', shown('application', emr.applicationId))] : []),
    ...(others.airflow && airflow
      ? [
          of(
            others.airflow,
            'Schedules, and their runs',
            shown('URL', airflow.url),
            shown('user', airflow.username),
            secret('password', airflow.password),
          ),
        ]
      : []),
  ];
}
