import { expect, it } from 'vitest';
import { UserError } from '#cli/command.ts';
import { asRefusal, Refusal } from './refusal.ts';

const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });
const named = (name: string) => Object.assign(new Error('x'), { name });

it.each([
  ['PostgreSQL refuses connections', coded('ECONNREFUSED')],
  ['PostgreSQL shuts down', coded('57P01')],
  ['the role has no connection left', coded('53300')],
  ['the pool has none', new Error('timeout exceeded when trying to connect')],
  ['the name of a container that was stopped', coded('EAI_AGAIN')],
  ['its address', coded('EHOSTUNREACH')],
  ['Kafka, by its client', named('KafkaJSNumberOfRetriesExceeded')],
  ['Kafka, as the command line says it', new UserError("Kafka doesn't answer", { cause: coded('ECONNREFUSED') })],
  ['what is wrapped twice', new Error('a', { cause: new Error('b', { cause: named('TimeoutError') }) })],
])('503, with what to do, if a service is away: %s', (_, error) => {
  expect(asRefusal(error)).toMatchObject({ status: 503, code: 'unavailable', hint: expect.stringContaining('doctor') });
});

it('who asks PostgreSQL for too much is told to ask for less', () => {
  const error = coded('57014', 'canceling statement due to statement timeout');
  expect(asRefusal(error)).toMatchObject({ status: 503, code: 'took_too_long', hint: expect.stringContaining('less') });
});

it('what can’t be answered as it was asked is no fault of ours', () => {
  expect(asRefusal(named('NotAnswered'))).toMatchObject({ status: 400, code: 'not_answered' });
});

it('anything else is a fault of ours, with its cause', () => {
  for (const error of [new TypeError('x is undefined'), coded('42501'), coded('22P02')])
    expect(asRefusal(error)).toMatchObject({ status: 500, code: 'failed', cause: error });
  expect(asRefusal('no error')).toMatchObject({ status: 500, message: 'no error' });
});

it('ends with causes that lead back to themselves', () => {
  const error = new Error('x');
  error.cause = error;
  expect(asRefusal(error).status).toBe(500);
});

it('leaves a refusal as it is', () => {
  const refusal = new Refusal(409, 'no_such_plan', 'gone', { cause: coded('ECONNREFUSED') });
  expect(asRefusal(refusal)).toBe(refusal);
});
