/** A pool whose transactions explain each query, and run it as well. */
import type { Pool } from '#adapters/postgres/index.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';

export interface Plan {
  /** The file in sql/proof, with the query's parameters. */
  readonly name: string;
  readonly milliseconds: number;
  readonly blocks: number;
  readonly text: string;
}

interface Explained {
  readonly 'QUERY PLAN': string;
}

export function explaining(pool: Pool, found: (plan: Plan) => void): Pool {
  return new Proxy(pool, {
    get(target, property) {
      const own = Reflect.get(target, property, target);
      if (property !== 'connect') return typeof own === 'function' ? own.bind(target) : own;
      return async () => {
        const client = await target.connect();
        return new Proxy(client, {
          get(session, name) {
            const value = Reflect.get(session, name, session);
            if (name !== 'query') return typeof value === 'function' ? value.bind(session) : value;
            return async (sql: string, values?: unknown[]) => {
              const file = (await files()).get(sql);
              if (file) {
                const { rows } = await session.query<Explained>(
                  `explain (analyze, buffers, timing off) ${sql}`,
                  values,
                );
                found(
                  read(
                    `${file} ${JSON.stringify(values ?? []).slice(0, 60)}`,
                    rows.map((row) => row['QUERY PLAN']).join('\n'),
                  ),
                );
              }
              return session.query(sql, values);
            };
          },
        });
      };
    },
  });
}

let known: Promise<Map<string, string>> | undefined;
const files = () =>
  (known ??= readSqlFiles(sqlFolder('proof')).then((all) => new Map(all.map(({ name, sql }) => [sql, name]))));

function read(name: string, text: string): Plan {
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);
  return {
    name,
    text,
    milliseconds: number(/Execution Time: ([\d.]+)/),
    blocks: number(/Buffers: shared hit=(\d+)/) + number(/Buffers: shared (?:hit=\d+ )?read=(\d+)/),
  };
}
