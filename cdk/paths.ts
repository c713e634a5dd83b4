import { fileURLToPath } from 'node:url';

/** A path inside the repository, absolute. */
export const inRepository = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
