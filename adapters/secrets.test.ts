import { expect, it } from 'vitest';
import { loginIn } from './secrets.ts';

it('takes a login, and what else the secret says of the server', () => {
  const login = { username: 'elastic', password: 'p', url: 'https://10.20.0.7', ca: 'PEM' };
  expect(loginIn(JSON.stringify(login), 'Secret s')).toEqual(login);
});

it.each(['{}', '{"username": "elastic"}', '{"password": "p"}', '{"username": "", "password": "p"}'])(
  'refuses %s, naming the secret',
  (json) => {
    expect(() => loginIn(json, 'Secret s')).toThrow(
      'Secret s has no login; expected JSON with "username" and "password".',
    );
  },
);
