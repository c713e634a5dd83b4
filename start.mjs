/** `npm start`: the whole shop backbone on this machine. */
import { launch } from './cli/launch.mjs';

launch('cli/tillstream.ts', ['start', ...process.argv.slice(2)]);
