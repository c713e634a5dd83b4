/** Reads the arguments of `npm test -- …`. */
import { isProject, type PartName, partNames } from './parts.ts';

export interface Request {
  /** In the order of `partNames`. */
  readonly parts: readonly PartName[];
  /** Parts of file names: a file runs if its path contains one of them. Empty: every file. */
  readonly files: readonly string[];
}

/**
 * @param args names of parts, or one part and words in the paths of its files; none means every part
 * @param filesOf the test files of a part
 * @throws if there is no such part or file; the message lists those that exist
 */
export function readRequest(args: readonly string[], filesOf: (part: PartName) => readonly string[]): Request {
  const isPart = (arg: string): arg is PartName => partNames.some((name) => name === arg);
  if (args.every(isPart))
    return { parts: partNames.filter((name) => args.length === 0 || args.includes(name)), files: [] };
  const [part = '', ...files] = args;
  if (!isPart(part)) throw new Error(`There is no part ${part}. The parts are: ${partNames.join(', ')}.`);
  if (!isProject(part)) throw new Error(`${part} has no test files: run it whole, npm test -- ${part}.`);
  const known = filesOf(part);
  const missing = files.find((wanted) => !known.some((file) => file.includes(wanted)));
  if (missing === undefined) return { parts: [part], files };
  throw new Error(
    `No test file of ${part} has ${missing} in its name. To run parts, name only parts: ${partNames.join(', ')}. ` +
      `The files of ${part} are:\n${known.map((file) => `  ${file}\n`).join('')}`,
  );
}
