import { expect, test } from 'vitest';
import { choosePorts, wantedPorts } from './ports.ts';

test('the command line wins over the environment, which wins over the standard', () => {
  const env = {
    TILLSTREAM_KAFKA_PORT: '19092',
    TILLSTREAM_KAFKA_CONTROLLER_PORT: '19093',
    TILLSTREAM_POSTGRES_PORT: '',
  };
  expect(choosePorts({ kafka: '29092' }, env)).toEqual({
    kafka: 29_092,
    kafkaController: 19_093,
    postgres: 5432,
    localstack: 4566,
    elasticsearch: 9200,
    elasticsearchTransport: 9300,
    emr: 8998,
    airflow: 8003,
    console: 8004,
  });
});

test.each(['0', '65536', '-1', '1e3', 'kafka', ' 1'])(
  '%j is refused as a port, naming the option or variable',
  (text) => {
    expect(() => choosePorts({ airflow: text }, {})).toThrow(`--airflow-port is "${text}"`);
    expect(() => choosePorts({}, { TILLSTREAM_AIRFLOW_PORT: text })).toThrow(`TILLSTREAM_AIRFLOW_PORT is "${text}"`);
  },
);

test('each wanted port carries the option and variable that change it', () => {
  expect(wantedPorts(choosePorts({}, {}), [])[0]).toMatchObject({
    service: 'Kafka',
    port: 9092,
    option: '--kafka-port',
    variable: 'TILLSTREAM_KAFKA_PORT',
  });
  expect(wantedPorts(choosePorts({}, {}), ['airflow']).map(({ port }) => port)).not.toContain(8003);
});
