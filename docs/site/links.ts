/** Finds the links of a site that lead nowhere: to a page, a file, a picture or a heading that isn't there. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The server shows this page anywhere, so its links begin at the root of the domain. */
const NOT_FOUND_PAGE = '404.html';

/** @returns a line for each, with the page that has it. Other sites are not asked. */
export function brokenLinks(site: string): string[] {
  const pages = globSync('**/*.html', { cwd: site })
    .filter((page) => page !== NOT_FOUND_PAGE)
    .sort();
  const texts = new Map(pages.map((page) => [page, readFileSync(join(site, page), 'utf8')]));
  const anchors = new Map([...texts].map(([page, text]) => [page, anchorsOf(text)]));
  const leadsNowhere = (page: string, link: string): boolean => {
    const [path = '', anchor] = link.replace(/\?[^#]*/, '').split('#');
    const target = path === '' ? page : join(dirname(page), decodeURIComponent(path));
    if (!existsSync(join(site, target))) return true;
    const there = anchors.get(target) ?? anchors.get(join(target, 'index.html'));
    return Boolean(anchor) && there !== undefined && !there.has(decodeURIComponent(anchor ?? ''));
  };
  return [...texts].flatMap(([page, text]) =>
    linksOf(text)
      .filter((link) => leadsNowhere(page, link))
      .map((link) => `${page}: ${link}`),
  );
}

const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/\b(?:id|name)="([^"]+)"/g)].map(([, anchor = '']) => anchor));

const linksOf = (text: string): string[] =>
  [
    ...new Set(
      [...text.matchAll(/\b(?:href|src|srcset)="([^"]*)"/g)].map(([, link = '']) => link.replaceAll('&amp;', '&')),
    ),
  ].filter((link) => !/^(?:[a-z]+:|\/\/)/.test(link));
