import pg from 'pg';
import { expect, test } from 'vitest';
import { postgresUrl } from './url.ts';

const plain = { host: '127.0.0.1', port: 5432, database: 'till', user: 'till', password: 'secret' };

test('plain names stand as they are', () => {
  expect(postgresUrl(plain)).toBe('postgresql://till:secret@127.0.0.1:5432/till');
  expect(postgresUrl({ ...plain, password: undefined })).toBe('postgresql://till@127.0.0.1:5432/till');
  expect(postgresUrl(plain, 'postgresql+psycopg2')).toMatch(/^postgresql\+psycopg2:/);
});

test('any name and password come through as they are', () => {
  const odd = { ...plain, database: 'orders 2026 é', user: 'shop@eu:1', password: 'p@ss/w%rd#' };
  const { database, user, password, host, port } = new pg.Client(postgresUrl(odd));
  expect({ database, user, password, host, port }).toEqual(odd);
  // Which node-postgres alone would not decode.
  expect(postgresUrl({ ...plain, database: 'a/b?c' })).toMatch(/5432\/a%2Fb%3Fc$/);
});
