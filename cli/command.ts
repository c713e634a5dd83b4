/** The interface of a command: what each file of cli/commands/ exports. */

export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** Printed by --help. */
  readonly usage: string;
  /** Whether it also works with an environment in AWS (`--environment`). */
  readonly environments?: boolean;
  /** @returns the exit code */
  run(args: readonly string[]): Promise<number>;
}

/** An error that the user can correct; printed without a stack trace. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** 0: done. 1: the answer is no (books not balanced, something not found). 2: the command failed. */
export const exit = { ok: 0, no: 1, failed: 2 } as const;
