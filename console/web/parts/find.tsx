/** The field in which a person looks for a record, an order, a product: what they may have in hand from a customer or a log. */
import type { TargetedSubmitEvent } from 'preact';
import { go } from '../client/location.ts';
import { leadsTo } from '../view/find.ts';

export function Find() {
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const field = event.currentTarget.elements.namedItem('find');
    const link = field instanceof HTMLInputElement ? leadsTo(field.value) : undefined;
    if (link !== undefined) go(link);
  };
  return (
    <search>
      <form class="find" onSubmit={submit}>
        <input
          name="find"
          data-find
          aria-label="Find"
          placeholder="An order, a product, orders/2/10734"
          title="The id of an order, payment, event or product; a record as topic/partition/offset; a dead letter as #42"
          maxLength={100}
          autocomplete="off"
        />
        <kbd>/</kbd>
      </form>
    </search>
  );
}
