/** The commands of docs/your-own-shop.md, in their order, as they stand there, beside a stack that runs. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { repositoryRoot } from '#adapters/repository.ts';
import { until } from '#localstack/processes/until.ts';
import { WITHOUT_SIMULATOR } from '../support/readme.ts';
import { missingLine, type Step, tutorialSteps } from '../support/tutorial.ts';

/** They act once. What others print changes until the backbone has done its work, so they are asked again. */
const ACTS = /^npx tillstream (?:send|redrive|import) /;

const [first, ...steps] = tutorialSteps();
const last = steps.pop();

/** @param env of the running stack, called when the tests run */
export function tutorialTests(env: () => NodeJS.ProcessEnv): void {
  let id = '';
  const run = async (command: string): Promise<string> => {
    const given = command.replace(/\bID\b/, id);
    const { stdout } = await promisify(execFile)('sh', ['-c', given], { cwd: repositoryRoot, env: env() });
    id = /^ *(\d+) {2}/m.exec(stdout)?.[1] ?? id;
    return stdout;
  };

  // live.test.ts and stop.test.ts run these two.
  it('begins with the command that has started the stack, and ends with the one that stops it', () => {
    expect([first?.command, last?.command]).toEqual([
      `npm start -- ${WITHOUT_SIMULATOR.join(' ')}`,
      'npx tillstream stop',
    ]);
    expect(steps.length).toBeGreaterThan(5);
  });

  it.each(steps)('says what $command prints', async ({ command, printed }: Step) => {
    if (ACTS.test(command)) expect(missingLine(printed, await run(command))).toBeUndefined();
    else
      await until(async () => missingLine(printed, await run(command)) === undefined, {
        what: `${command} prints what the page shows`,
        within: 200_000,
        // Each attempt is a command of npx, which takes a second of processor time itself.
        every: 2_000,
      });
  });
}
