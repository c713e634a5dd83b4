import { expect, test } from 'vitest';
import { sayOrders } from './banner.ts';
import { readOptions } from './options.ts';

const kafka = ['--kafka', 'broker:9092'];
const postgres = ['--postgres', 'postgresql://shop:secret@db/orders?sslmode=disable'];
const elasticsearch = ['--elasticsearch', 'http://search:9200'];

test.each([
  [[], true],
  [['--no-simulator'], false],
  [kafka, false],
  [postgres, false],
  [['--s3', 'http://minio:9000/lake'], false],
  [elasticsearch, true],
  [[...kafka, '--simulator'], true],
  [[...postgres, ...elasticsearch, '--no-simulator'], false],
])('%j: whether invented orders are made', (args, simulator) => {
  expect(readOptions(args, {}).simulator).toBe(simulator);
});

test('a Kafka that a variable names is as much one’s own', () => {
  expect(readOptions([], { TILLSTREAM_KAFKA: 'broker:9092' }).simulator).toBe(false);
});

test('what is for the simulator alone is refused without it, with how to have it', () => {
  expect(() => readOptions([...kafka, '--rate', '5'], {})).toThrow(
    '--rate is for the simulator, which is off: with --simulator it would fill your kafka with invented orders.',
  );
  expect(() => readOptions(['--no-simulator', '--seed', '5'], {})).toThrow('leave --no-simulator out');
  expect(() => readOptions(['--no-simulator', '--simulator'], {})).toThrow('contradict each other');
});

test('--once is refused with what lasts, named as it was given', () => {
  expect(() => readOptions(['--once', ...kafka, '--simulator'], {})).toThrow(/end with it: leave out --kafka\.$/);
  expect(() => readOptions(['--once', '--keep'], { TILLSTREAM_KAFKA: 'broker:9092' })).toThrow(
    /leave out TILLSTREAM_KAFKA, --keep\.$/,
  );
});

test('it is said whose orders are processed, wherever there could be a doubt', () => {
  expect(sayOrders(true, {})).toBeUndefined();
  expect(sayOrders(true, { own: ['elasticsearch'] })).toBeUndefined();
  expect(sayOrders(false, {})).toBe('Waiting for events from elsewhere (--no-simulator).');
  expect(sayOrders(false, { own: ['kafka'] })).toMatch('no simulator beside what is yours');
  expect(sayOrders(true, { own: ['kafka', 'postgres'] })).toBe(
    'The simulator sends invented orders into your kafka and postgres (--simulator).',
  );
});
