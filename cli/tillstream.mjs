#!/usr/bin/env node
import { launch } from './launch.mjs';

launch('cli/tillstream.ts', process.argv.slice(2));
