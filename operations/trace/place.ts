/** A place that has the id, with facts to print. With topic, partition and offset among them it is about a record of Kafka. */
export interface Place {
  readonly place: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Places of one kind at most: a product is in everything that moves its stock. */
export const MOST = 20;

/** The newest rows as places; the last one says if there are older ones. */
export function toPlaces(place: string, rows: readonly Record<string, unknown>[]): Place[] {
  const shown = rows.slice(0, MOST).map((facts) => ({ place, facts }));
  if (rows.length <= MOST) return shown;
  return [...shown, { place, facts: { older: `not shown, only the newest ${MOST}` } }];
}

/** Characters; longer than any id of a shop (domain/inventory.ts). */
export const LONGEST_ID = 100;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** How the id may be written: UUIDs are kept in lower case, other ids as they came. */
export const spellings = (id: string): string[] => (UUID.test(id) ? [...new Set([id.toLowerCase(), id])] : [id]);

/** The id as a UUID; undefined if it is none. */
export const uuidOf = (id: string): string | undefined => (UUID.test(id) ? id.toLowerCase() : undefined);
