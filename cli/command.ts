/** What every command is. A command is found by the name of its file in cli/commands/. */

export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** Printed by --help. */
  readonly usage: string;
  /** @returns the exit code */
  run(args: readonly string[]): Promise<number>;
}

/** Something that the person at the keyboard can put right; printed without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** 0: as asked. 1: the answer is no (books not balanced, something not found). 2: it could not be done. */
export const exit = { ok: 0, no: 1, failed: 2 } as const;
