import { setTimeout as delay } from 'node:timers/promises';
import { behindNetworks } from '../../support/networks.ts';
import { configured, preloaded } from '../configured.ts';
import type { Fault } from '../fault.ts';

/**
 * The clock jumps while invocations run. Lambda gives an invocation's deadline by the same clock, which is that of the machine
 * that the function runs on. Timers are no clock: they go on.
 */
const jumping = (from: number, period: number) => `
  import http from 'node:http';
  const now = Date.now;
  const days = [1, -1, 0];
  const ahead = () => days[Math.floor((now() - ${from}) / ${period}) % days.length] * 86_400_000;
  const shifted = () => now() + ahead();
  Date.now = shifted;
  globalThis.Date = new Proxy(Date, {
    apply: () => new Date().toString(),
    construct: (date, values, target) => Reflect.construct(date, values.length > 0 ? values : [shifted()], target),
  });
  const { request } = http;
  const DEADLINE = 'lambda-runtime-deadline-ms';
  http.request = (options, answered) =>
    request(options, (answer) => {
      if (answer.headers[DEADLINE]) answer.headers[DEADLINE] = String(Number(answer.headers[DEADLINE]) + ahead());
      answered?.(answer);
    });
`;

export const fault: Fault = {
  breaks: 'the clock of functions goes a day ahead, then two days back, in the middle of their work',
  strike(pipeline, random) {
    const variables = preloaded(jumping(Date.now(), random.integer(1_000, 5_000)));
    return configured(pipeline, behindNetworks, { variables }, () => delay(random.integer(8_000, 20_000)));
  },
};
