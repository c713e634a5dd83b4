import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { type Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';

interface Manifest {
  readonly name: string;
  readonly description?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A Lambda layer with the packages that layers/<name>/package.json lists and their dependencies, as installed. */
export class ModuleLayer extends LayerVersion {
  /** The packages a function may import from this layer. */
  readonly modules: readonly string[];

  constructor(scope: Construct, id: string, { name, architecture }: { name: string; architecture: Architecture }) {
    const folder = inRepository(`layers/${name}`);
    const manifest = readManifest(folder);
    super(scope, id, {
      ...(manifest.description && { description: manifest.description }),
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [architecture],
      code: Code.fromAsset(folder, {
        assetHashType: AssetHashType.OUTPUT,
        bundling: {
          image: DockerImage.fromRegistry('never-used'), // the type requires an image; tryBundle comes first
          local: { tryBundle: (outdir) => copyModules(folder, outdir) },
        },
      }),
    });
    this.modules = layerModules(name);
  }
}

export const layerModules = (name: string): string[] =>
  Object.keys(readManifest(inRepository(`layers/${name}`)).dependencies ?? {});

/** Copies the packages to where a layer has them: `nodejs/node_modules`. */
export function copyModules(folder: string, outdir: string): true {
  for (const installed of packageClosure(folder))
    cpSync(installed, join(outdir, 'nodejs', relative(repositoryRoot, installed)), {
      recursive: true,
      dereference: true,
      filter: (path) => isNeededToRun(relative(installed, path)),
    });
  return true;
}

/** Leaves out nested node_modules, since packages lie side by side in the layer, and types, sources, tests and manuals. */
const isNeededToRun = (path: string): boolean => !/^node_modules|(^|\/)tests?(\/|$)|\.([cm]?ts|map|md)$/.test(path);

/** Folders of every installed package that the one in `folder` reaches through its dependencies. */
function packageClosure(folder: string, found = new Set<string>()): Set<string> {
  const { name: parent, dependencies, optionalDependencies } = readManifest(folder);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    if (name.startsWith('@types/')) continue; // never run
    const installed = whereInstalled(name, folder);
    if (!installed && optionalDependencies?.[name]) continue;
    if (!installed) throw new Error(`${name}, which ${parent} needs, is not installed; run npm ci.`);
    if (found.has(installed)) continue;
    found.add(installed);
    packageClosure(installed, found);
  }
  return found;
}

/** Looks where Node.js looks: in the node_modules of the folder and of each folder above it, up to the repository's root. */
function whereInstalled(name: string, from: string): string | undefined {
  for (let folder = from; !relative(repositoryRoot, folder).startsWith('..'); folder = join(folder, '..')) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
  }
  return undefined;
}

const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
