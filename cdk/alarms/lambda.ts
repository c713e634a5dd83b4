/** Alarms on every function: it succeeds, is not throttled, and does not near its timeout. */
import { type FunctionNeeds, functions } from '../config/functions.ts';
import { functionNamed } from '../config/names.ts';
import { SERVE_CONSOLE, serveConsole } from '../config/serve-console.ts';
import { type AlarmDefinition, type Area, ofFunction, ofService, type Watched } from './alarm.ts';

/** Share of a function's timeout. */
const LONG = 0.8;

/** @param hasPage whether the environment has the page for a team, whose function is in no other */
export function lambdaFunctions({ hasPage, ...watched }: Watched & { readonly hasPage: boolean }): Area {
  const all = Object.entries<Watchable>({ ...functions, ...(hasPage && { [SERVE_CONSOLE]: serveConsole }) });
  const alarms = all.flatMap(([name, needs]) => alarmsOf(name, functionNamed(watched.environmentName, name), needs));
  return { title: 'Functions', alarms: [...alarms, ...(hasPage ? [unanswered(watched)] : [])] };
}

/** The page's function answers an error with status 500, so Lambda counts none. */
const unanswered = (watched: Watched): AlarmDefinition => ({
  name: `unanswered-${SERVE_CONSOLE}`,
  heading: 'A function fails',
  what: `${SERVE_CONSOLE} could not answer the page 3 times in 15 minutes, by a fault of its own: no service was away.`,
  metric: ofFunction(watched, SERVE_CONSOLE, 'Unanswered', { statistic: 'Sum', minutes: 15 }),
  threshold: 3,
});

type Watchable = Pick<FunctionNeeds, 'timeoutSeconds'>;

function alarmsOf(name: string, FunctionName: string, { timeoutSeconds }: Watchable): AlarmDefinition[] {
  const sum = (metric: string, minutes: number) =>
    ofService('AWS/Lambda', metric, { FunctionName }, { statistic: 'Sum', minutes });
  return [
    {
      name: `errors-${name}`,
      heading: 'A function fails',
      // Retries cover one or two failures; a batch of Kafka is delivered again until it succeeds.
      what: `${name} failed 3 times in 15 minutes: an outage, since bad data never fails a function.`,
      metric: sum('Errors', 15),
      threshold: 3,
    },
    {
      name: `throttles-${name}`,
      heading: 'A function is throttled',
      what: `Lambda refused to run ${name} for lack of concurrency.`,
      metric: sum('Throttles', 5),
      threshold: 1,
      periods: 3,
    },
    {
      name: `duration-${name}`,
      heading: 'A function nears its timeout',
      what: `${name} took ${LONG * 100} % of its ${timeoutSeconds} s or more.`,
      metric: ofService('AWS/Lambda', 'Duration', { FunctionName }, { minutes: 15 }),
      threshold: LONG * timeoutSeconds * 1_000,
    },
  ];
}
