/** From a request to a response: who asks, for a file or for a route, with which right. Every response is protected alike. */
import type { Backbone } from '#operations/backbone.ts';
import type { PulseFeed } from '#operations/open-pulse.ts';
import { answer, protect, refuse } from './answer.ts';
import { type Assets, fileOf } from './assets.ts';
import { isVisit, type Origin, readBody, requireJson, requireOurHost, requireOurPage } from './guard.ts';
import type { Live } from './live.ts';
import type { Login } from './login.ts';
import { openPlans, type Plans } from './plans.ts';
import { asRefusal, Refusal } from './refusal.ts';
import type { Route } from './route.ts';

export interface AppOptions {
  readonly backbone: Backbone;
  readonly pulse: PulseFeed;
  readonly live: Live;
  readonly login: Login;
  /** In memory, if absent. */
  readonly plans?: Plans;
  /** The page's files; built when they are first asked for. */
  readonly assets: () => Promise<Assets>;
  readonly routes: readonly Route[];
  readonly origins: readonly Origin[];
  readonly report?: Report | undefined;
}

/** Hears of what failed by a fault of ours, and where: a path without its query, so no key and nothing of a person. */
export type Report = (error: unknown, where: string) => void;

/** Whoever serves HTTP calls it with each request; it never throws. */
export type App = (request: Request) => Promise<Response>;

export function consoleApp(options: AppOptions): App {
  const answerTo = withRoutes(options);
  const refuseOf = (request: Request) => (error: unknown) => {
    const refusal = asRefusal(error);
    // Who has gone ends what was under way, by errors that tell nothing.
    if (refusal.status === 500 && !request.signal.aborted)
      options.report?.(error, `${request.method} ${new URL(request.url).pathname}`);
    return refuse(refusal);
  };
  return async (request) => protect(await answerTo(request).catch(refuseOf(request)));
}

function withRoutes(options: AppOptions): App {
  const { backbone, pulse, live, login, plans = openPlans(), assets, origins, report } = options;
  const routes = options.routes.map((route) => ({ ...route, pattern: new URLPattern({ pathname: route.path }) }));

  return async (request) => {
    const { headers, method, signal } = request;
    const ours = requireOurHost(headers, origins);
    const { pathname, searchParams } = new URL(request.url);
    const isFile = !pathname.startsWith('/api/');
    if (!(isFile && isVisit(headers))) requireOurPage(headers, ours);
    if (isFile) return fileOf(await assets(), pathname, request);

    const session = await login(headers);
    if (method === 'POST') requireJson(headers);
    // What one may not use does not exist, so that nothing tells what others may.
    const open = routes.filter(({ right }) => session.may.includes(right));
    const found = open.flatMap((route) => {
      const match = route.pattern.exec({ pathname });
      return match ? [{ route, params: match.pathname.groups }] : [];
    });
    const { route, params } = found.find((each) => each.route.method === method) ?? {};
    if (!route) throw found.length > 0 ? noMethod(method, pathname) : noRoute(pathname);

    const given = method === 'POST' ? await readBody(request) : single(searchParams);
    const asked = session.byIsProved && 'by' in given ? { ...given, by: session.by } : given;
    const lastEvent = headers.get('last-event-id') ?? undefined;
    const failed = (error: unknown): void => {
      if (!signal.aborted && asRefusal(error).status === 500) report?.(error, `${method} ${pathname}`);
    };
    const serving = { backbone, pulse, live, session, plans, signal, lastEvent, failed };
    const data = await route.answer({ ...asked, ...params }, serving);
    return data instanceof Response ? data : answer(data, live.sources());
  };
}

/** @throws Refusal 400 if a name comes twice: which of the two was meant? */
function single(query: URLSearchParams): Record<string, string> {
  const names = [...query.keys()];
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new Refusal(400, 'not_understood', `Expected ${twice} once, got it twice.`);
  return Object.fromEntries(query);
}

const noRoute = (path: string): Refusal => new Refusal(404, 'not_found', `There is nothing at ${path}.`);

const noMethod = (method: string, path: string): Refusal =>
  new Refusal(405, 'no_such_method', `${path} can't be asked by ${method}.`);
