/** The menu of the site: what one wants to do, then the pages. Those that it doesn't name come last, so that none is missing. Pure. */

const groups: Readonly<Record<string, readonly string[]>> = {
  Start: [
    'README.md',
    'docs/your-own-shop.md',
    'docs/one-machine.md',
    'docs/own-services.md',
    'docs/containers.md',
    'docs/deploy.md',
  ],
  Use: [
    'docs/commands.md',
    'docs/add-a-stream.md',
    'docs/add-a-field.md',
    'docs/configuration.md',
    'docs/troubleshooting.md',
    'docs/faq.md',
    'docs/runbook.md',
  ],
  Know: [
    'docs/guarantees.md',
    'docs/faults.md',
    'docs/scale.md',
    'docs/cost.md',
    'docs/parity.md',
    'docs/limits.md',
    'SECURITY.md',
  ],
  Reference: [],
  'How it is built': [
    'ARCHITECTURE.md',
    'docs/requirements.md',
    'docs/er-diagram.md',
    'CONTRIBUTING.md',
    'docs/release.md',
    'CHANGELOG.md',
  ],
  Decisions: [],
};

/** Folders whose pages make a group. */
const folders: Readonly<Record<string, string>> = { 'docs/reference/': 'Reference', 'docs/decisions/': 'Decisions' };

export interface Page {
  readonly path: string;
  /** Its first heading. */
  readonly title: string;
}

export type Group = readonly [name: string, pages: readonly Page[]];

/** @param pages in the order in which a folder's come */
export function menuOf(pages: readonly Page[]): readonly Group[] {
  const folderOf = ({ path }: Page) => Object.keys(folders).find((folder) => path.startsWith(folder)) ?? '';
  const named = new Set(Object.values(groups).flat());
  const menu = Object.entries(groups).map(([name, paths]): Group => {
    const listed = paths.flatMap((path) => pages.filter((page) => page.path === path));
    return [name, [...listed, ...pages.filter((page) => folders[folderOf(page)] === name)]];
  });
  const others = pages.filter((page) => !named.has(page.path) && folderOf(page) === '');
  return [...menu, ['Beside the code', others] as const].filter(([, found]) => found.length > 0);
}
