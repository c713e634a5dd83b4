/** `npm test`: every check, on the real services. Names a part to run only that: `npm test -- unit`. */
import { launch } from './cli/launch.mjs';

launch('tests/run.ts', process.argv.slice(2));
