/** Where the services of a stack listen, by the names by which people know them. */
import type { Service } from '#operations/services.ts';
import type { Addresses } from './addresses.ts';

export const servicesOf = ({ postgres, kafka, lambda, s3, airflow, elasticsearch, emr, own }: Addresses) => ({
  kafka: { name: 'Kafka', address: kafka.bootstrapServers },
  postgres: { name: 'PostgreSQL', address: `${postgres.host}:${postgres.port}` },
  lambda: { name: 'LocalStack', address: hostOf(lambda.endpoint) },
  s3: own?.includes('s3') ? { name: 'S3', address: hostOf(s3.endpoint) } : undefined,
  elasticsearch: elasticsearch && { name: 'Elasticsearch', address: hostOf(elasticsearch.url) },
  emr: emr && { name: 'EMR Serverless', address: hostOf(emr.endpoint) },
  airflow: airflow && { name: 'Airflow', address: hostOf(airflow.url) },
});

export const allServicesOf = (stack: Addresses): Service[] =>
  Object.values(servicesOf(stack)).filter((service) => service !== undefined);

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** A URL leaves out the port that its protocol has. */
function hostOf(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  return `${hostname}:${port || PORTS[protocol]}`;
}
