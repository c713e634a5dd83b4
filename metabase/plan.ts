/** Decides what has to be done so that Metabase has what is wanted; apply.ts does it. */
import { isDeepStrictEqual } from 'node:util';
import type { Found, FoundCard, FoundDashboard } from './found.ts';
import type { Wanted, WantedCard, WantedDashboard } from './wanted.ts';

export type Action =
  | { readonly kind: 'create database' }
  | { readonly kind: 'update database'; readonly id: number }
  | { readonly kind: 'create collection' }
  | { readonly kind: 'create card'; readonly card: WantedCard }
  | { readonly kind: 'update card'; readonly id: number; readonly card: WantedCard; readonly settings: Settings }
  | { readonly kind: 'create dashboard'; readonly dashboard: WantedDashboard }
  | { readonly kind: 'update dashboard'; readonly id: number; readonly dashboard: WantedDashboard };

type Settings = Readonly<Record<string, unknown>>;

export interface PlanOptions {
  /** Metabase never shows its password, so the caller has to say that it changed. */
  readonly passwordChanged?: boolean;
}

/** In the order of execution. Removes nothing except cards from our own dashboards. */
export function plan(wanted: Wanted, found: Found, { passwordChanged = false }: PlanOptions = {}): Action[] {
  return [
    ...planDatabase(wanted, found, passwordChanged),
    ...(found.collection === undefined ? [{ kind: 'create collection' } as const] : []),
    ...wanted.cards.flatMap((card) => planCard(card, found)),
    ...wanted.dashboards.flatMap((dashboard) => planDashboard(dashboard, found)),
  ];
}

function planDatabase({ database }: Wanted, found: Found, passwordChanged: boolean): Action[] {
  if (!found.database) return [{ kind: 'create database' }];
  const { host, port, dbname, user, ssl } = database.details;
  // Without TLS wanted, Metabase tries it all the same and keeps what worked.
  const telling = { host, port, dbname, user, ...(ssl && { ssl }) };
  return has(found.database.details ?? {}, telling) && !passwordChanged
    ? []
    : [{ kind: 'update database', id: found.database.id }];
}

function planCard(card: WantedCard, { cards }: Found): Action[] {
  const there = cards.find(({ name }) => name === card.name);
  if (!there) return [{ kind: 'create card', card }];
  if (isAsWanted(there, card)) return [];
  return [{ kind: 'update card', id: there.id, card, settings: { ...there.settings, ...card.settings } }];
}

const isAsWanted = (there: FoundCard, { sql, description, display, settings }: WantedCard): boolean =>
  there.sql?.trim() === sql &&
  there.description === description &&
  there.display === display &&
  has(there.settings, settings);

/** Settings that Metabase or a person added don't count as a difference. */
const has = (there: Settings, wanted: Settings): boolean =>
  Object.entries(wanted).every(([name, value]) => isDeepStrictEqual(there[name], value));

function planDashboard(dashboard: WantedDashboard, { cards, dashboards }: Found): Action[] {
  const there = dashboards.find(({ name }) => name === dashboard.name);
  if (!there) return [{ kind: 'create dashboard', dashboard }];
  const ids = dashboard.cards.map((name) => cards.find((card) => card.name === name)?.id);
  return there.description === dashboard.description && isLaidOut(there, ids)
    ? []
    : [{ kind: 'update dashboard', id: there.id, dashboard }];
}

function isLaidOut({ dashcards }: FoundDashboard, ids: readonly (number | undefined)[]): boolean {
  const cells = layout(ids);
  return (
    dashcards.length === cells.length &&
    cells.every((cell) => dashcards.some((there) => !there.dashboard_tab_id && has(there, cell)))
  );
}

/** Metabase's grid has 24 columns. */
const COLUMNS = 24;
const SIZE = { size_x: 12, size_y: 7 } as const;

/** The cells of a dashboard, two in a row. */
export function layout<Id>(ids: readonly Id[]) {
  const across = COLUMNS / SIZE.size_x;
  return ids.map((id, index) => ({
    card_id: id,
    row: Math.floor(index / across) * SIZE.size_y,
    col: (index % across) * SIZE.size_x,
    ...SIZE,
  }));
}
