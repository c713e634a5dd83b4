import { expect, it } from 'vitest';
import { commandNames, findCommand } from './find-command.ts';

it.each(commandNames())('%s has a summary, help and something to run', async (name) => {
  const command = await findCommand(name);
  expect(command).toMatchObject({ summary: expect.stringMatching(/^[A-Z]/), run: expect.any(Function) });
  expect(command?.usage).toContain(name === 'start' ? 'Usage: npm start' : `Usage: npx tillstream ${name}`);
});

it('finds all of them, and nothing else', async () => {
  expect(commandNames()).toEqual(expect.arrayContaining(['dead-letters', 'proof', 'replay', 'start']));
  for (const name of ['', 'produce.test', '../launch', '../find-command'])
    expect(await findCommand(name)).toBeUndefined();
});
