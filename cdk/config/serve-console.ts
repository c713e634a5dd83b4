/** The function behind the load balancer of the page for a team. It is no part of functions.ts: most environments have none. */
import { calledByPeople, type FunctionNeeds, functions } from './functions.ts';

export const SERVE_CONSOLE = 'serve-console';

/** It reads what `console` reads, by the same operations: what one is given the other needs too. */
export const serveConsole = {
  ...functions.console,
  description: 'The page for a team, behind its load balancer: reads, and changes nothing itself',
  entry: 'console/team/handler.ts',
} as const satisfies FunctionNeeds;

/** What the page calls to change something; granted only if there is a group that may act. */
export const actingFunctions = calledByPeople.act;
