/** `npm run docs:reference`: writes docs/reference/ from the code, but for its tables, which `npm run docs:er` writes. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { inRepository } from '#adapters/repository.ts';
import { referenceFiles } from './reference/files.ts';

// A stream that is gone leaves no schema.
rmSync(inRepository('docs/reference/schemas'), { recursive: true, force: true });
mkdirSync(inRepository('docs/reference/schemas'), { recursive: true });
for (const [path, text] of Object.entries(await referenceFiles()))
  writeFileSync(inRepository(`docs/reference/${path}`), text);
