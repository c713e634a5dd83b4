/** The data of a home that outlive its runs: `npm start -- --keep` goes on with them, any other run leaves them alone. */
import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replaceDurably, syncFolder } from '../processes/durable-file.ts';
import { removeDataFolder } from '../services/postgres-user.ts';

export interface KeptData {
  readonly folder: string;
  /** Tells them from those of any other home, and from those that were here before they were thrown away. */
  readonly id: string;
  /** How often they were started, this time included. */
  readonly starts: number;
  /** Of PostgreSQL's superuser, whose password is in the data. */
  readonly password: string;
  /** The id of the ledger that they belong to; undefined until one has come up on them. */
  readonly ledger?: string | undefined;
}

/** Marks the folder as ours, which may be deleted, and holds what a run has to know of the last one. */
const NOTE = 'kept.json';

/** Where the home's kept data are, or would be. */
export const keptFolder = (home: string): string => join(home, 'data');

/** @returns the folder of the home's kept data, if there are any */
export function keptIn(home: string): string | undefined {
  const folder = keptFolder(home);
  return existsSync(join(folder, NOTE)) ? folder : undefined;
}

/**
 * Counts a start on the kept data, and makes their folder if there are none. Only for who holds the home.
 *
 * @throws if there is such a folder that Tillstream didn't make
 */
export function openKept(home: string): KeptData {
  const folder = keptFolder(home);
  if (existsSync(folder) && !keptIn(home) && readdirSync(folder).length > 0)
    throw new Error(`${folder} was not made by Tillstream: set TILLSTREAM_HOME to another folder.`);
  mkdirSync(folder, { recursive: true });
  // As a run's folder; PostgreSQL's user may pass through it later.
  if (!keptIn(home)) chmodSync(folder, 0o700);
  const { starts, ...rest } = keptIn(home) ? read(folder) : newNote();
  const note = { ...rest, starts: starts + 1 };
  writeNote(folder, note);
  syncFolder(home);
  return { folder, ...note };
}

/** Notes the ledger that the kept data belong to from now on. */
export function noteLedger({ folder, ...note }: KeptData, ledger: string): void {
  if (note.ledger !== ledger) writeNote(folder, { ...note, ledger });
}

/** Throws the home's kept data away. Only for who holds the home. */
export function forgetKept(home: string): void {
  const folder = keptIn(home);
  if (!folder) return;
  removeDataFolder(join(folder, 'postgres'));
  // The note goes last: what is left if this is cut short is still known to be ours.
  for (const name of readdirSync(folder)) if (name !== NOTE) rmSync(join(folder, name), { recursive: true });
  rmSync(folder, { recursive: true });
}

const writeNote = (folder: string, note: Omit<KeptData, 'folder'>): void =>
  replaceDurably(join(folder, NOTE), `${JSON.stringify(note)}\n`);

const newNote = () => ({ id: randomUUID(), starts: 0, password: randomBytes(18).toString('base64url') });

function read(folder: string): Omit<KeptData, 'folder'> {
  const file = join(folder, NOTE);
  const { id, starts, password, ledger } = JSON.parse(readFileSync(file, 'utf8')) as Partial<KeptData>;
  if (typeof id === 'string' && typeof starts === 'number' && typeof password === 'string')
    return { id, starts, password, ledger };
  throw new Error(`${file} is damaged: expected {"id": text, "starts": a number, "password": PostgreSQL's}.`);
}
