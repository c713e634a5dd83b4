import { expect, test } from 'vitest';
import { z } from 'zod';
import { money, text, uuid } from '#domain/columns.ts';
import { differs } from './differs.ts';

test('every field of the event but its id is compared', () => {
  const event = z.object({ id: uuid(''), amount: money(''), note: text(9, '').nullish() });
  expect(differs(event, 'id', 'a', 'b')).toBe('(a.amount, a.note) is distinct from (b.amount, b.note)');
});
