import { expect, it } from 'vitest';
import { readText, readYaml } from './files.ts';
import { metricsPage } from './tillstream/metrics.ts';

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly datasource: { readonly uid: string };
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

it('every panel uses a datasource and metrics that exist', () => {
  const stream = { produced: 1, consumed: 1, rejected: 1, lag: 1 };
  const progress = {
    streams: { orders: stream },
    archived: 1,
    loaded: 1,
    waiting: 1,
    moved: 1,
    paid: 1,
    events: 1,
    unsent: 1,
  };
  const served = [...metricsPage(progress).matchAll(/# TYPE (\w+)/g)].map(([, name]) => name);
  const { panels }: Dashboard = JSON.parse(readText('docker/grafana/dashboards/books.json'));
  const { datasources } = readYaml<{ datasources: { uid: string }[] }>(
    'docker/grafana/provisioning/datasources/prometheus.yml',
  );
  const asked = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/tillstream_\w+/g) ?? []));
  for (const { datasource, title } of panels)
    expect(
      datasources.map(({ uid }) => uid),
      title,
    ).toContain(datasource.uid);
  expect(asked.length).toBeGreaterThan(0);
  for (const metric of asked) expect(served).toContain(metric);
});

it('Prometheus scrapes the container tillstream at its port', () => {
  const { services } = readYaml<{ services: { tillstream: { environment: { METRICS_PORT: string } } } }>(
    'docker-compose.yml',
  );
  const target = `tillstream:${services.tillstream.environment.METRICS_PORT}`;
  expect(readText('docker/prometheus/prometheus.yml')).toContain(`'${target}'`);
});
