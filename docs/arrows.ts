/** The table of folders in ARCHITECTURE.md, and the lint rule that it stands for (biome.arrows.json). */

export interface Folder {
  readonly name: string;
  /** Top folders that its files may import. */
  readonly mayImport: readonly string[];
}

const ROW = /^\| `(\w+)\/` \|[^|]*\|([^|]*)\|$/gm;
const NEVER_ITSELF = 'never one another';
/** Relative imports stay within a top folder, and within a function; three levels up is as deep as the tree goes. */
const UPWARDS = '{../,../../,../../../}';
/** The domain is pure: no file, network, clock or SDK comes in. */
const IMPURE = ['node:*', 'node:*/**', '@*/**'];

export function readFolders(architecture: string): Folder[] {
  return [...architecture.matchAll(ROW)].map(([, name = '', cell = '']) => {
    const named = [...cell.matchAll(/`(\w+)\/`/g)].map(([, other = '']) => other);
    return { name, mayImport: cell.includes(NEVER_ITSELF) ? named : [name, ...named] };
  });
}

function restriction({ name, mayImport }: Folder, all: readonly string[]) {
  const others = mayImport.filter((other) => other !== name).map((other) => `#${other}`);
  const exceptions = mayImport.length > 0 ? [`!#{${mayImport.join()}}/**`] : [];
  const outwards = name === 'functions' ? '../*/**' : `${UPWARDS}{${all.join()}}/**`;
  const group = ['#*/**', ...exceptions, outwards, ...(name === 'domain' ? IMPURE : [])];
  return { group, message: `${name}/ may import ${others.join(', ') || 'itself only'} (ARCHITECTURE.md).` };
}

/** Biome's overrides: each folder may import what the table allows and nothing else. Tests are free. */
export function arrows(folders: readonly Folder[]) {
  const all = folders.map(({ name }) => name);
  const overrides = folders.map((folder) => {
    const patterns = [restriction(folder, all)];
    return {
      includes: [`${folder.name}/**`, '!**/*.test.ts'],
      linter: { rules: { style: { noRestrictedImports: { level: 'error', options: { patterns } } } } },
    };
  });
  return { $schema: './node_modules/@biomejs/biome/configuration_schema.json', overrides };
}
