/** The address: the page, what it shows and its filters all stand in the hash, so a copied link shows the same. */

export interface Route {
  /** The page's path: '' is the Overview, 'dead-letters' the dead letters. */
  readonly page: string;
  /** What follows it, such as the id of a letter. */
  readonly rest: readonly string[];
  /** Filters, sort order, selection. */
  readonly query: Readonly<Record<string, string>>;
}

/** @param hash as location.hash has it, such as `#/dead-letters/42?reason=conflict` */
export function readRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const [page = '', ...rest] = path.split('/').map(decode);
  return {
    page,
    rest: rest.filter((each) => each !== ''),
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

/** The inverse. What is empty or undefined in the query is left out. */
export function linkTo(
  page: string,
  rest: readonly (string | number)[] = [],
  query: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const path = [page, ...rest].map((each) => encodeURIComponent(each)).join('/');
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return `#/${path}${given.length > 0 ? `?${search}` : ''}`;
}

/** People edit addresses: a stray % is no reason to show nothing. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
