import { expect, test } from 'vitest';
import * as z from 'zod';
import { money, text, uuid } from '#domain/columns.ts';
import { differing, differs } from './differs.ts';

const event = z.object({ id: uuid(''), amount: money(''), note: text(9, '').nullish() });

test('every field of the event but its id is compared', () => {
  expect(differs(event, 'id', 'a', 'b')).toBe('(a."amount", a."note") is distinct from (b."amount", b."note")');
});

test('each of them is named where it differs', () => {
  expect(differing(event, 'id', 'a', 'b')).toBe(
    `concat_ws(', ', case when a."amount" is distinct from b."amount" then 'amount' end, ` +
      `case when a."note" is distinct from b."note" then 'note' end)`,
  );
});
