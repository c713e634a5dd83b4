/** Finds the commands: each file of cli/commands/ is the command of its name. */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { inRepository } from '#adapters/repository.ts';
import type { Command } from './command.ts';

export const commandNames = (): string[] =>
  readdirSync(inRepository('cli/commands'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => basename(file, '.ts'))
    .sort();

/** @returns undefined if there is no such command */
export async function findCommand(name: string): Promise<Command | undefined> {
  return commandNames().includes(name) ? import(`./commands/${name}.ts`) : undefined;
}
