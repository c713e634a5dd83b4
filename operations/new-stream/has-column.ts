/** Whether a migration gives a table a column. Pure. */
import { quotedIfNeeded } from './sql-text.ts';

/**
 * @param sql of a migration, written as lint has it: lower case, a column a line
 * @param table with its schema: `warehouse.fact_orders`
 */
export function hasColumn(sql: string, table: string, field: string): boolean {
  const [of, name] = [table, quotedIfNeeded(field)].map((text) => text.replaceAll(/\W/g, String.raw`\$&`));
  const made = new RegExp(String.raw`^create table ${of} \($.*?^ +${name} `, 'ms');
  const altered = new RegExp(String.raw`^alter table ${of}\s.*?\badd column ${name} `, 'ms');
  return sql.split(/;$/m).some((statement) => made.test(statement) || altered.test(statement));
}
