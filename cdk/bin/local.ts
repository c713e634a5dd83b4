/**
 * Synthesizes environment `local` and prints its stacks and assets as JSON. It is a process of its own: synthesis keeps
 * a core busy for seconds, and CDK writes its progress to stderr.
 *
 *   node cdk/bin/local.ts <outdir> <assets bucket> <LocalServices and their configuration as JSON>
 */
import { writeFileSync } from 'node:fs';
import { synthesizeLocal } from '../local.ts';

const [outdir = '', assetsBucket = '', given = ''] = process.argv.slice(2);
const { configuration, ...services } = JSON.parse(given);
writeFileSync(1, JSON.stringify(synthesizeLocal(services, configuration, outdir, assetsBucket)));
