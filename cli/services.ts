/** Where the services of a stack listen, by the names by which people know them. */
import type { StackStatus } from '#localstack/stack/status.ts';
import type { Service } from '#operations/services.ts';
import type { Addresses } from './backbone.ts';

/** Those that figures come from. */
export const servicesOf = ({ postgres, kafka, lambda, airflow }: Addresses) => ({
  kafka: { name: 'Kafka', address: kafka.bootstrapServers },
  postgres: { name: 'PostgreSQL', address: `${postgres.host}:${postgres.port}` },
  lambda: { name: 'LocalStack', address: hostOf(lambda.endpoint) },
  airflow: airflow && { name: 'Airflow', address: hostOf(airflow.url) },
});

export function allServicesOf(stack: StackStatus): Service[] {
  const { kafka, postgres, lambda, airflow } = servicesOf(stack);
  return [
    kafka,
    postgres,
    lambda,
    { name: 'Elasticsearch', address: hostOf(stack.elasticsearch.url) },
    { name: 'EMR Serverless', address: hostOf(stack.emr.endpoint) },
    ...(airflow ? [airflow] : []),
  ];
}

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** A URL leaves out the port that its protocol has. */
function hostOf(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  return `${hostname}:${port || PORTS[protocol]}`;
}
