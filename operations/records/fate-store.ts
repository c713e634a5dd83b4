/** A part of the statement for each kind of place: joins to `placed`, and their columns. */
export interface Store {
  readonly joins: string;
  readonly columns: string;
}

/** Text that is no UUID finds nothing, and fails nothing. */
export const UUID_OF_ID = `case when id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then id::uuid end`;
