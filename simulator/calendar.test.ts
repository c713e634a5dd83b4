import { expect, test } from 'vitest';
import { createCalendar } from './calendar.ts';

test('items come in their turn, in the order in which they were scheduled', () => {
  const calendar = createCalendar<string>();
  expect(calendar.next()).toEqual([]);
  calendar.put(1, 'a');
  calendar.put(2, 'c');
  calendar.put(1, 'b');
  expect(calendar.next()).toEqual(['a', 'b']);
  calendar.put(1, 'd');
  expect(calendar.next()).toEqual(['c', 'd']);
  expect(calendar.next()).toEqual([]);
});

test('the rest is everything still scheduled, the soonest first', () => {
  const calendar = createCalendar<string>();
  calendar.next();
  calendar.put(9, 'late');
  calendar.put(1, 'gone');
  calendar.put(3, 'soon');
  calendar.next();
  expect(calendar.rest()).toEqual(['soon', 'late']);
});
