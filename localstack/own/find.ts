/** Looks at the services of one's own before anything starts: each that can't be used says why, and nothing is changed in any. */
import { findElasticsearch, type OwnElasticsearch } from './elasticsearch.ts';
import type { OwnName, OwnServices } from './given.ts';
import { findKafka, type OwnKafka } from './kafka.ts';
import { findPostgres, type OwnPostgres } from './postgres.ts';
import { findS3, type OwnS3 } from './s3.ts';

export interface FoundServices {
  readonly kafka?: OwnKafka | undefined;
  readonly postgres?: OwnPostgres | undefined;
  readonly s3?: OwnS3 | undefined;
  readonly elasticsearch?: OwnElasticsearch | undefined;
}

/**
 * @param report tells what will be made in each
 * @throws naming each that can't be used
 */
export async function findOwn(
  own: OwnServices,
  report: (name: OwnName, progress: string) => void,
): Promise<FoundServices> {
  const [kafka, postgres, s3, elasticsearch] = await Promise.allSettled([
    own.kafka && findKafka(own.kafka),
    own.postgres && findPostgres(own.postgres),
    own.s3 && findS3(own.s3),
    own.elasticsearch && findElasticsearch(own.elasticsearch.url),
  ]);
  const failed = [kafka, postgres, s3, elasticsearch].filter(({ status }) => status === 'rejected');
  if (failed.length > 0)
    throw new Error(failed.map((each) => (each as PromiseRejectedResult).reason.message).join('\n'));
  const found = {
    ...{ kafka: fulfilled(kafka), postgres: fulfilled(postgres) },
    ...{ s3: fulfilled(s3), elasticsearch: fulfilled(elasticsearch) },
  };
  if (found.kafka) report('kafka', sayOf(found.kafka.makes));
  if (found.postgres) report('postgres', sayOf(found.postgres.makes));
  if (found.s3) report('s3', sayOf(found.s3.makes));
  if (found.elasticsearch) report('elasticsearch', sayOf('index hourly_metrics where it is missing'));
  return found;
}

const sayOf = (makes: string): string => `yours${makes && `; makes ${makes}`}`;

const fulfilled = <T>(result: PromiseSettledResult<T>): T | undefined =>
  result.status === 'fulfilled' ? result.value : undefined;
