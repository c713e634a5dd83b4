/** The page of the reasons of dead letters: what each means and what is done about it. */
import { type Reason, reasons } from '#domain/dead-letters.ts';
import { code, fenced, page, table } from './markdown.ts';

/** What whoever looks after the shop does; the letters are then sent back once (redrive), as they are or corrected. */
const mend: Readonly<Record<Reason, string>> = {
  null_value:
    'Nothing, if the shop meant to delete: these topics are not compacted. Otherwise let the producer send a value.',
  not_utf8: 'Let the producer write UTF-8. The letter keeps the bytes as they came; correct them and send them back.',
  not_json:
    'Let the producer write JSON: a line cut off, `NaN` and an empty value are none. Correct the letter and send it back.',
  not_an_object: 'Let the producer send one object for each record, not an array of them.',
  missing_field:
    'The message names the field. Let the producer send it, or make it optional in the stream’s description.',
  wrong_type: 'The message names the field, what was expected and what came. Correct the letter and send it back.',
  invalid_uuid: 'The message names the field. Let the producer send the UUID that the shop has for it.',
  invalid_amount:
    'Only a person knows what was meant by three decimals: correct the letter and send it back. Let the producer round.',
  invalid_timestamp:
    'Let the producer write ISO 8601 with a zone. A day that doesn’t exist has to be corrected by a person.',
  invalid_text: 'The message says what is wrong with it. Correct the letter and send it back.',
  invalid_quantity:
    'A return is no negative quantity: it is a record of another stream. Correct the letter and send it back.',
  wrong_key:
    'Let the producer key each record by the id that it is about. A letter can’t be sent back with another key: let the shop send it anew.',
  conflict:
    'The first content stands. Ask the producer which one is right; sent back as it is, it is refused again. If the second is right, send the difference as a record with an id of its own.',
  unknown_product:
    'Add the product to the shop, then send all its letters back as they are: `npx tillstream redrive --reason unknown_product`.',
  too_large:
    'Save the value from Kafka before its topic’s retention removes it, make it smaller and send that back ([runbook](../runbook.md#dead-letters)).',
};

export function deadLettersPage(): string {
  return page(
    'Reasons of dead letters',
    'A record that can’t be used is kept whole in `ledger.dead_letters`, with its place in Kafka, a reason and a message, and announced on topic `dlq`; the records around it take effect. The reason is what one filters by, the message says what was expected and what came.',
    table(
      ['reason', 'means', 'what to do'],
      Object.entries(reasons).map(([reason, meaning]) => [code(reason), meaning, mend[reason as Reason]]),
    ),
    'On the page, Dead letters has a letter mended beside its consumer’s own reader. The same by commands:',
    fenced(
      'bash',
      `npx tillstream dead-letters reasons                     # how many of each
npx tillstream dead-letters --reason invalid_amount     # the letters, with their ids
npx tillstream dead-letters show 17
npx tillstream dead-letters value 17 > corrected.json   # the original, to be corrected
npx tillstream dead-letters check corrected.json --topic orders
npx tillstream redrive 17 --value corrected.json`,
    ),
  );
}
