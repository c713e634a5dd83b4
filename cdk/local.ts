/** Synthesizes environment `local` without the CDK CLI and its bootstrap stack. */
import { readFileSync } from 'node:fs';
import { App, CliCredentialsStackSynthesizer } from 'aws-cdk-lib';
import { inRepository } from '#adapters/repository.ts';
import type { Configuration } from '#domain/configuration/keys.ts';
import { localEnvironment } from './config/environments.ts';
import type { LocalServices } from './config/local-services.ts';
import { buildPlatform } from './platform.ts';

export interface SynthesizedStack {
  readonly name: string;
  readonly template: object;
  /** Names of the stacks that must be deployed before this one. */
  readonly dependsOn: readonly string[];
}

/** A folder to be uploaded as a zip file. */
export interface SynthesizedAsset {
  readonly folder: string;
  readonly objectKey: string;
}

export interface Synthesis {
  /** Sorted: each comes after those that it depends on. */
  readonly stacks: readonly SynthesizedStack[];
  readonly assets: readonly SynthesizedAsset[];
}

/**
 * @param outdir an empty folder for the bundles and templates
 * @param assetsBucket where the templates expect the assets
 */
export function synthesizeLocal(
  services: LocalServices,
  configuration: Configuration,
  outdir: string,
  assetsBucket: string,
): Synthesis {
  const { context } = JSON.parse(readFileSync(inRepository('cdk.json'), 'utf8'));
  const app = new App({ context, outdir, analyticsReporting: false, treeMetadata: false });
  const synthesizer = new CliCredentialsStackSynthesizer({ fileAssetsBucketName: assetsBucket });
  buildPlatform(app, localEnvironment(services, configuration), synthesizer);
  const assembly = app.synth({ skipValidation: true });

  const names = new Set(assembly.stacks.map(({ stackName }) => stackName));
  const stacks: SynthesizedStack[] = assembly.stacks.map(({ stackName, template, dependencies }) => ({
    name: stackName,
    template,
    dependsOn: dependencies.map(({ id }) => id).filter((id) => names.has(id)),
  }));
  const assets = assembly.stacks.flatMap(({ stackName }) => zipAssets(assembly.directory, stackName));
  // Functions with the same content share an asset.
  return { stacks, assets: [...new Map(assets.map((asset) => [asset.objectKey, asset])).values()] };
}

interface AssetManifest {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path: string; readonly packaging: 'zip' | 'file' };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
}

/** Templates are assets of packaging `file`, and are left out: they travel inside the CloudFormation call. */
function zipAssets(directory: string, stackName: string): SynthesizedAsset[] {
  const manifest: AssetManifest = JSON.parse(readFileSync(`${directory}/${stackName}.assets.json`, 'utf8'));
  return Object.values(manifest.files)
    .filter(({ source }) => source.packaging === 'zip')
    .flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ objectKey }) => ({ folder: `${directory}/${source.path}`, objectKey })),
    );
}
