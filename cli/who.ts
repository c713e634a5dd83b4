/** Who acts, unless --by says otherwise. */
import { userInfo } from 'node:os';
import { chosenEnvironment, loginName } from './environment.ts';

/** On this machine its user; in an environment the AWS login, as CloudTrail has it. */
export const whoActs = async (): Promise<string> => (chosenEnvironment() ? loginName() : userInfo().username);
