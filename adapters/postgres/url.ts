/** Where a database is and who asks it, as clients of any kind take it. Pure. */

export interface UrlParts {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Left out where whoever reads the URL must have it already. */
  readonly password?: string | undefined;
  /** With TLS: the file of the authorities that are believed, in PEM. */
  readonly ssl?: { readonly file: string } | undefined;
}

/** @param scheme such as "postgresql+psycopg2"; names may have any letters, `@` and `/` too */
export function postgresUrl({ host, port, database, user, password, ssl }: UrlParts, scheme = 'postgresql'): string {
  const [name, secret, path] = [user, password ?? '', database].map(encodeURIComponent);
  return `${scheme}://${name}${password === undefined ? '' : `:${secret}`}@${host}:${port}/${path}${tlsOf(ssl)}`;
}

/** What follows the database, as psql and other clients take it. */
export const tlsOf = (ssl: UrlParts['ssl']): string =>
  ssl ? `?sslmode=verify-full&sslrootcert=${encodeURIComponent(ssl.file)}` : '';
