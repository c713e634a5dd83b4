import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { type DatabaseFacts, faultsOf, ROLES, SCHEMAS } from './postgres.ts';

const good: DatabaseFacts = {
  version: 170_004,
  may_make_roles: true,
  may_make_databases: true,
  may_make_schemas: true,
  owns_database: true,
  owns_public: true,
  has_btree_gist: true,
  is_ours: false,
  schemas: [],
  roles: [],
};
const where = { database: 'orders', user: 'shop' };

test('every schema and role of the migrations is known', () => {
  const sql = globSync(inRepository('sql/migrations/*.sql')).map((file) => readFileSync(file, 'utf8'));
  const made = (what: string) =>
    [...sql.join('\n').matchAll(new RegExp(`^ *create ${what} (\\w+)`, 'gm'))].map(([, name]) => name);
  expect(made('schema').toSorted()).toEqual(SCHEMAS.toSorted());
  expect(ROLES).toEqual(expect.arrayContaining(made('role')));
});

test('an empty database of a login with enough rights can be used, and one that is ours already', () => {
  expect(faultsOf(good, where)).toEqual([]);
  expect(faultsOf({ ...good, is_ours: true, schemas: ['ledger'], roles: ['prove'] }, where)).toEqual([]);
});

test('names are quoted where SQL wants it', () => {
  const [fault] = faultsOf({ ...good, may_make_schemas: false }, { database: 'the-orders', user: 'Shop' });
  expect(fault).toMatch('grant create on database "the-orders" to "Shop"');
});

test.each([
  [{ version: 160_009 }, 'it is PostgreSQL 16, expected 17 or later'],
  [{ has_btree_gist: false }, 'btree_gist is not available'],
  [{ may_make_roles: false }, 'alter role shop createrole'],
  [{ may_make_databases: false }, 'alter role shop createdb'],
  [{ may_make_schemas: false }, 'grant create on database orders to shop'],
  [{ owns_database: false, owns_public: false }, 'alter database orders owner to shop'],
  [{ owns_public: false }, 'alter schema public owner to pg_database_owner'],
  [{ schemas: ['shop'] }, 'schemas of others by the names of ours (shop)'],
  [{ roles: ['prove'] }, 'the roles prove, whose passwords would change'],
])('%j is a fault of its own, with what to do', (fact, said) => {
  expect(faultsOf({ ...good, ...fact }, where)).toEqual([expect.stringContaining(said)]);
});
