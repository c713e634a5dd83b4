/** Names and types as the other migrations write them. Pure. */

export const shortType = (type: string): string =>
  type
    .replace('character varying', 'varchar')
    .replace('timestamp with time zone', 'timestamptz')
    .replace(/,(?=\d)/, ', ');

/** Words that PostgreSQL takes for a column only in quotes (its appendix "SQL Key Words", reserved). */
const RESERVED = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column ' +
    'concurrently constraint create cross default deferrable desc distinct do else end except false fetch for foreign freeze from ' +
    'full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime ' +
    'localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references returning right ' +
    'select similar some symmetric table tablesample then to trailing true union unique user using variadic verbose when where ' +
    'window with current_date current_time current_timestamp current_user current_role current_catalog current_schema session_user ' +
    'system_user'
  ).split(' '),
);

export const quotedIfNeeded = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
