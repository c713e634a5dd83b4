/**
 * Paths of the repository, for code that runs from a checkout: commands, the local stack, the CDK app, tests. A function
 * must not use it: its bundle is one file, beside which nothing of the repository lies.
 */
import { join } from 'node:path';

export const repositoryRoot = join(import.meta.dirname, '..');

/** A path inside the repository, absolute. */
export const inRepository = (path: string): string => join(repositoryRoot, path);

const STANDARD_HOME = inRepository('.tillstream');

/** The folder of the local stack's software and data. */
export const stackHome = (): string => process.env.TILLSTREAM_HOME ?? STANDARD_HOME;

/** The folder of the software that a stack with this home has installed. */
export const installFolderOf = (home: string): string => join(home, 'installed');

/** Shared by `npm start`, tests and benchmarks, so that nothing is installed twice. */
export const installFolder = installFolderOf(STANDARD_HOME);
