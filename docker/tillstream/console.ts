/** The container `console` of docker-compose.yml: the page, on 127.0.0.1:8004 of this machine. It reads the database as role console. */
import { inspect } from 'node:util';
import { servePage } from '#cli/page.ts';
import { consoleUrl } from '#console/server/link.ts';
import { logLine } from '#localstack/processes/log-line.ts';
import { readConsoleSettings } from './settings.ts';

const { port, key, stack } = readConsoleSettings(process.env);

const page = await servePage({
  ...{ key, port },
  stack: { ...stack, within: 'the containers of docker compose' },
  // The machine's port, open to the machine alone, leads to the container's own address.
  address: '0.0.0.0',
  report: (error, where) => logLine({ message: 'could not answer', where, error: inspect(error) }),
  session: {
    startedAt: null,
    // Everybody is the same user here, so the page asks for a name.
    by: '',
    may: ['look', 'read', 'act'],
    links: {
      Airflow: 'http://127.0.0.1:8003',
      Grafana: 'http://127.0.0.1:3001',
      Kibana: 'http://127.0.0.1:5601',
      Metabase: 'http://127.0.0.1:3000',
    },
  },
});
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => page.close().finally(() => process.exit(0)));
// Without the key, which lasts: logs go further than the page.
logLine({
  message: `the page is at ${consoleUrl(port)}: docker compose exec tillstream npx tillstream console prints its link`,
});
