/** The page for a team: an internal load balancer logs people in, and calls this for each request (cdk/stacks/page.ts). */
import { AsyncLocalStorage } from 'node:async_hooks';
import { readdirSync, readFileSync } from 'node:fs';
import type { ALBEvent } from 'aws-lambda';
import { type Invocation, observed } from '#lambda/observability.ts';
import { openPulse } from '#operations/open-pulse.ts';
import { consoleApp } from '../server/app.ts';
import { assetsOf } from '../server/assets.ts';
import { carriedPlans } from '../server/carried-plans.ts';
import { answerAlb } from '../server/lambda.ts';
import { openLive } from '../server/live.ts';
import type { Login } from '../server/login.ts';
import { byOidc } from '../server/oidc.ts';
import { routes } from '../server/routes.ts';
import { openBackbone } from './backbone.ts';
import { teamSettings } from './settings.ts';

/** A search that takes longer says how far it came, before the page gives up. */
const SEARCHES_MS = 20_000;
/** One look serves all who ask within it. */
const FRESH_MS = 3_000;

const { domain, environment, version, login } = teamSettings();
const { backbone, looked, closeKafka } = openBackbone();
const feed = openPulse(looked);
const invocations = new AsyncLocalStorage<Invocation>();

const folder = new URL('./page/', import.meta.url);
const assets = assetsOf(new Map(readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder))])));

const who = byOidc({ ...login, session: { environment, version, startedAt: null, live: false, links: {} } });
const noted: Login = async (headers) => {
  const session = await who(headers);
  // Who has looked at what: the line after it has the path.
  invocations.getStore()?.logger.info('asked by', { by: session.by, may: session.may });
  return session;
};

const app = consoleApp({
  backbone,
  pulse: {
    ...feed,
    look: async () => {
      const latest = feed.latest();
      return latest && Date.now() - Date.parse(latest.pulse.at) < FRESH_MS ? latest : feed.look();
    },
  },
  login: noted,
  plans: carriedPlans(),
  assets: () => assets,
  // A load balancer hands over whole answers only.
  routes: routes.filter(({ path }) => path !== '/api/live'),
  live: openLive(() => () => {}),
  origins: [`https://${domain}`],
  report: (error, where) => {
    const invocation = invocations.getStore();
    invocation?.logger.error('could not answer', { where, error });
    // Whoever asked is told so, and the invocation itself does not fail.
    invocation?.count('Unanswered', 1);
  },
});

export const handler = observed((event: ALBEvent, invocation) =>
  invocations.run(invocation, async () => {
    const { httpMethod: method, path } = event;
    const left = invocation.deadline - Date.now();
    const end = AbortSignal.timeout(Math.max(0, method === 'GET' ? Math.min(SEARCHES_MS, left) : left));
    const result = await answerAlb(app, event, AbortSignal.any([invocation.signal, end])).finally(closeKafka);
    invocation.logger.info('answered', { method, path, status: result.statusCode });
    return result;
  }),
);
