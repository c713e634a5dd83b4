import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { inRepository, installFolder, repositoryRoot } from '#adapters/repository.ts';
import { madeOnce } from './made-once.ts';

export interface BundleOptions {
  /** TypeScript file that exports `handler`. */
  readonly entry: string;
  readonly outdir: string;
  /** Packages that a layer has. */
  readonly provided: readonly string[];
  /** Folders of the repository whose .sql files are copied along, to the same path. */
  readonly sql?: readonly string[];
  /** Whether the page's files lie in a folder `page` beside it. */
  readonly page?: boolean;
}

/**
 * Writes `index.mjs` with all that a handler imports, packages and the AWS SDK too, as far as it is used, but for what a layer has;
 * and a file beside it for what is imported when it is first needed (docs/decisions/013-whole-bundles.md).
 *
 * esbuild is called in this process: NodejsFunction starts a shell, npx and esbuild for each function instead.
 */
export function bundle({ entry, outdir, provided, sql = [], page = false }: BundleOptions): void {
  const options = buildOptions(entry, provided);
  madeOnce(outdir, {
    folder: join(installFolder, 'bundles'),
    root: repositoryRoot,
    what: options,
    make(outdir) {
      const { metafile } = buildSync({ ...options, outdir, absWorkingDir: repositoryRoot, metafile: true });
      // Versions of packages, and of esbuild, are in the lock; esbuild reads the compiler's options too.
      return ['package.json', 'package-lock.json', 'tsconfig.json', ...Object.keys(metafile.inputs)];
    },
  });
  for (const folder of sql)
    cpSync(inRepository(folder), join(outdir, folder), {
      recursive: true,
      filter: (path) => ['', '.sql'].includes(extname(path)),
    });
  // A process of its own, since its build is asynchronous, and CDK waits for none.
  if (page) execFileSync(process.execPath, [inRepository('console/server/write-page.ts'), join(outdir, 'page')]);
}

const buildOptions = (entry: string, provided: readonly string[]) =>
  ({
    entryPoints: { index: relative(repositoryRoot, entry) },
    outExtension: { '.js': '.mjs' },
    splitting: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    external: provided.flatMap((name) => [name, `${name}/*`]),
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    // A bundled CommonJS package calls `require`, which ES modules don't have.
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    logLevel: 'warning',
  }) as const satisfies BuildOptions;
