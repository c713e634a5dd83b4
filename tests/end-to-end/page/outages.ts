/**
 * The page while a service is gone, or its own server. It is served by this process, and reaches the stack's services by ways that can
 * be cut: to the page that is the same as if the service had stopped, and the stack goes on for the other tests.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pageOf, type ServedPage, servePage } from '#cli/page.ts';
import { consoleLink, consoleUrl, newKey } from '#console/server/link.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { until } from '#localstack/processes/until.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import type { Tab } from '../../support/browser.ts';
import { type NetworkProxy, startNetworkProxy } from '../../support/network-proxy.ts';
import { heading, placesOn, says, sumOn, type WhenLive, WITHIN } from './live.ts';

/** What stands in the flow of that which the service alone knows. */
const SERVICES = {
  Kafka: /^(Shop|orders|transactions|user_events), /,
  PostgreSQL: /^(Lake · raw|Stock|Payments|Lake · bronze|Dead letters|Warehouse|Curated|Hourly metrics|Gold), /,
  Lambda: undefined,
  Airflow: undefined,
} as const;
type Service = keyof typeof SERVICES;

export function outages(live: WhenLive): void {
  let ways: Record<Service, NetworkProxy>;
  let stack: StackStatus;
  let port = 0;
  let key = newKey();
  let served: ServedPage;
  let tab: Tab;
  const serve = async () => {
    served = await servePage({ ...pageOf(stack), port, key });
  };
  const link = () => consoleLink({ url: consoleUrl(port), key });

  beforeAll(async () => {
    const { status, browser } = live();
    ways = await waysTo(status);
    stack = byThese(ways, status);
    [port = 0] = await freePorts(1);
    await serve();
    tab = await browser.open(link());
    await says(heading(tab.page, 'Balanced'));
  });
  afterAll(async () => {
    await tab.close();
    await served.close();
    await Promise.all(Object.values(ways).map((way) => way.close()));
  });

  it.each(Object.keys(SERVICES) as Service[])(
    'says that %s is gone, gives no verdict and no figure that it can’t know, and recovers',
    async (service) => {
      const { page } = tab;
      const notice = page.getByText(`${service} doesn’t answer`, { exact: true });
      await ways[service].leave();
      await says(notice);
      await says(heading(page, 'No verdict'));
      const known = SERVICES[service];
      if (known) {
        expect(await sumOn(page)).toBeUndefined();
        const places = (await placesOn(page)).filter((place) => known.test(place));
        expect(places.length).toBeGreaterThan(3);
        for (const place of places) expect(place).toMatch(/, \?.*unknown/);
      }
      await ways[service].comeBack();
      await notice.waitFor({ state: 'detached', timeout: WITHIN });
      await says(heading(page, 'Balanced'));
      expect(await sumOn(page)).toBeDefined();
    },
  );

  it('says why it shows no runs while Airflow is gone, and shows them when it is back', async () => {
    const { page } = tab;
    tab.allow(/503.*\/api\/runs/);
    await ways.Airflow.leave();
    await page.evaluate("location.hash = '#/runs'");
    await says(page.getByText(/Airflow does not answer at 127\.0\.0\.1:\d+/));
    await ways.Airflow.comeBack();
    await says(page.getByRole('link', { name: 'orders_minio_to_postgres' }));
    await page.evaluate("location.hash = '#/'");
    await says(heading(page, 'Balanced'));
  });

  it('says that its server is gone, can still be read, and comes back by itself', async () => {
    const { page } = tab;
    tab.allow(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
    const shown = await sumOn(page);
    const bar = page.getByRole('alert').getByText('The server doesn’t answer');
    await served.close();
    await says(bar);
    expect(await sumOn(page)).toEqual(shown);
    await serve();
    await bar.waitFor({ state: 'detached', timeout: WITHIN });
    await says(page.getByText('Live', { exact: true }));
  });

  it('says that its key is of an earlier run, and takes the new one from the new link', async () => {
    const { page } = tab;
    tab.allow(/401/);
    await served.close();
    key = newKey();
    await serve();
    await says(heading(page, 'npm start was started anew'));
    await page.goto(link());
    await says(heading(page, 'Balanced'));
    await until(async () => (await sumOn(page)) !== undefined, { what: 'the sum is there', within: WITHIN });
  });
}

async function waysTo({ kafka, postgres, lambda, airflow }: StackStatus): Promise<Record<Service, NetworkProxy>> {
  const wayTo = (url: string) => {
    const { hostname, port } = new URL(url);
    return startNetworkProxy({ host: hostname, port: Number(port) });
  };
  return {
    Kafka: await wayTo(`tcp://${kafka.bootstrapServers}`),
    PostgreSQL: await startNetworkProxy(postgres),
    Lambda: await wayTo(lambda.endpoint),
    Airflow: await wayTo(airflow?.url ?? ''),
  };
}

function byThese(ways: Readonly<Record<Service, NetworkProxy>>, status: StackStatus): StackStatus {
  const { Kafka, PostgreSQL, Lambda, Airflow } = ways;
  return {
    ...status,
    kafka: { bootstrapServers: `${Kafka.host}:${Kafka.port}` },
    postgres: { ...status.postgres, port: PostgreSQL.port },
    lambda: { ...status.lambda, endpoint: `http://${Lambda.host}:${Lambda.port}` },
    ...(status.airflow && { airflow: { ...status.airflow, url: `http://${Airflow.host}:${Airflow.port}` } }),
  };
}
