import { expect, it } from 'vitest';
import { run } from './connect.ts';

it.each([
  [['nope'], 'Expected one of the topics orders'],
  [['--client', 'psql', '--json'], 'goes without --json'],
])('refuses %j before it looks for a stack', async (args, message) => {
  await expect(run(args)).rejects.toThrow(message);
});
