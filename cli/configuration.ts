/** The configuration, for commands: what is wrong with it is said in plain words. */
import { configurationOf } from '#adapters/configuration-file.ts';
import type { EnvironmentName } from '#domain/configuration/keys.ts';
import { ConfigurationError, type Effective } from '#domain/configuration/read.ts';
import { UserError } from './command.ts';

/** @throws UserError naming everything that is wrong */
export const configured = (environment: EnvironmentName): Effective => asUserError(() => configurationOf(environment));

/** @throws UserError in place of a ConfigurationError */
export function asUserError<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConfigurationError) throw new UserError(error.message, { cause: error });
    throw error;
  }
}
