/** Where a text that somebody looks for leads: some say it themselves, the others are ids that the server traces. */
import { linkTo } from './route.ts';

/** Such as `orders/2/10734`, as Kafka's tools write it too: `orders-2@10734`. */
const RECORD = /^([\w.]+)[/-](\d{1,10})[/@](\d{1,15})$/;
/** As the list of dead letters shows them. */
const LETTER = /^#(\d{1,15})$/;

/** @returns undefined if the text is empty */
export function leadsTo(text: string): string | undefined {
  const given = text.trim();
  if (given === '') return undefined;
  const [, topic, partition, offset] = RECORD.exec(given) ?? [];
  if (topic !== undefined && partition !== undefined && offset !== undefined)
    return linkTo('messages', [topic, partition, offset]);
  const [, letter] = LETTER.exec(given) ?? [];
  return letter === undefined ? linkTo('find', [given]) : linkTo('dead-letters', [letter]);
}

/** Facts of a place, as trace has them: of what they name, a page tells more. */
export interface Lead {
  readonly says: string;
  readonly link: string;
}

export function leadsOf(facts: Readonly<Record<string, unknown>>, exists: (page: string) => boolean): Lead[] {
  const { topic, partition, offset, kafka_offset, dead_letter_id, product_id } = facts;
  const at = offset ?? kafka_offset;
  const leads = [
    {
      page: 'messages',
      rest: [topic, partition, at],
      says: `record ${topic}/${partition}/${at}`,
    },
    { page: 'dead-letters', rest: [dead_letter_id], says: `dead letter #${dead_letter_id}` },
    { page: 'stock', rest: [product_id], says: `stock of ${product_id}` },
  ];
  return leads
    .filter(({ page, rest }) => exists(page) && rest.every((each) => each !== undefined && each !== null))
    .map(({ page, rest, says }) => ({ says, link: linkTo(page, rest.map(String)) }));
}

/** A fact as text: what is unknown is a dash. */
export function sayFact(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
