/** The services that the local stack consists of. */
import type { AirflowService } from '../services/airflow.ts';
import type { ElasticsearchService } from '../services/elasticsearch.ts';
import type { EmrService } from '../services/emr.ts';
import type { KafkaService } from '../services/kafka.ts';
import type { LocalStackService } from '../services/localstack.ts';
import type { PostgresService } from '../services/postgres.ts';

export interface StackServices {
  readonly kafka: KafkaService;
  readonly postgres: PostgresService;
  readonly localstack: LocalStackService;
  readonly elasticsearch: ElasticsearchService;
  readonly emr: EmrService;
  /** Undefined in a stack that was started without Airflow. */
  readonly airflow?: AirflowService | undefined;
}

export type ServiceName = keyof StackServices;
