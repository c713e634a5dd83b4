import { afterEach, expect, test, vi } from 'vitest';
import { newHome } from '../support/command.ts';
import { withoutShop } from './settings.ts';

afterEach(() => vi.unstubAllEnvs());

const ofAShop = {
  TILLSTREAM_KAFKA: 'broker.example.org:9092',
  TILLSTREAM_POSTGRES: 'postgresql://shop:secret@db.example.org/orders',
  TILLSTREAM_ELASTICSEARCH: 'http://search.example.org:9200',
  TILLSTREAM_CONFIG: 'shop.json',
  TILLSTREAM_PROCESS_SCHEDULE: '@daily',
  TILLSTREAM_WINDOWS_ORDERS: '60',
};

test('services and settings of a shop in the shell are none of the tests', () => {
  const others = { PATH: '/bin', TILLSTREAM_HOME: '/home', TILLSTREAM_KAFKA_PORT: '9092' };
  expect(withoutShop({ ...others, ...ofAShop })).toEqual(others);
});

test('what a test starts as a user does never gets them', async () => {
  for (const [name, value] of Object.entries(ofAShop)) vi.stubEnv(name, value);
  const home = await newHome();
  home.remove();
  expect(Object.keys(home.env).filter((name) => name in ofAShop)).toEqual([]);
  expect(home.env.TILLSTREAM_HOME).toBe(home.folder);
});
