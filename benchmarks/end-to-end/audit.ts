/** What became of the orders: read by DuckDB, which none of the contenders uses. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLake } from '#adapters/lake/index.ts';
import type { Contender } from './contender.ts';
import type { Services } from './services.ts';

export interface Place {
  readonly rows: number;
  /** Orders that aren't there. */
  readonly missing: number;
  /** Rows beyond the first of an order. */
  readonly doubled: number;
  /** The sum of all amounts, less what it should be: "0.00". */
  readonly off: string;
}

export interface Audit {
  readonly lake: Place;
  readonly warehouse: Place;
}

interface Question {
  readonly services: Services;
  readonly contender: Contender;
  /** CSV of what was sent. */
  readonly sent: string;
  readonly folder: string;
  readonly python: string;
}

export async function audit({ services, contender, sent, folder, python }: Question): Promise<Audit> {
  const { s3, bucket, database } = services;
  const lake = openLake(bucket, s3);
  const copies = join(folder, 'audit');
  mkdirSync(copies);
  for (const key of await contender.objects(services)) {
    const name = createHash('sha256').update(key).digest('hex');
    writeFileSync(join(copies, `${name}.parquet`), await lake.read(key));
  }
  const program = join(import.meta.dirname, 'audit.py');
  const answer = execFileSync(python, [program, sent, copies, database, contender.table], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  rmSync(copies, { recursive: true });
  return JSON.parse(answer);
}
