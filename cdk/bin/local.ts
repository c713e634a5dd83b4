/**
 * Synthesizes environment `local` and prints its stacks and assets as JSON. It is a process of its own: synthesis keeps
 * a core busy for seconds, and CDK writes its progress to stderr.
 *
 *   node cdk/bin/local.ts <outdir> <assets bucket> <LocalServices as JSON>
 */
import { writeFileSync } from 'node:fs';
import { synthesizeLocal } from '../local.ts';

const [outdir = '', assetsBucket = '', services = ''] = process.argv.slice(2);
writeFileSync(1, JSON.stringify(synthesizeLocal(JSON.parse(services), outdir, assetsBucket)));
