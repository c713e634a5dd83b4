import { describe, expect, it } from 'vitest';
import { pictureOf, sayDrawn, secondsOf, widthOf } from './questions.ts';

describe('pictureOf', () => {
  it('draws a time column as lines, the money rather than a count, a panel for each currency', () => {
    const picture = pictureOf(
      ['order_date', 'currency', 'orders', 'revenue'],
      [
        ['2026-01-01', 'EUR', 2, '10.10'],
        ['2026-01-01', 'USD', 1, '7.00'],
        ['2026-01-02', 'EUR', 3, null],
      ],
    );
    expect(picture).toMatchObject({ is: 'lines', measure: 'revenue', measures: ['orders', 'revenue'] });
    expect(picture?.panels).toMatchObject([
      { currency: 'EUR', lines: [{ name: 'revenue' }], series: { values: { revenue: [10.1, null] } } },
      { currency: 'USD', series: { times: [secondsOf('2026-01-01')], values: { revenue: [7] } } },
    ]);
  });

  it('has a line for each name, without what repeats the currency', () => {
    const rows = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].flatMap((status, at) => [
      ['2026-01-01 00:00:00', 'EUR', status, `EUR ${status}`, at],
      ['2026-01-01 01:00:00', 'EUR', status, `EUR ${status}`, at],
    ]);
    const [panel] = pictureOf(['hour', 'currency', 'status', 'currency_and_status', 'n'], rows)?.panels ?? [];
    expect(panel?.lines.map(({ title }) => title)).toEqual(['g', 'f', 'e', 'd', 'c', 'b']);
    expect(panel).toMatchObject({ left: 1, series: { values: { g: [6, 6] } } });
  });

  it('draws bars where there is no time, or one only; a rank is no figure', () => {
    const rows = [
      ['2026-01-01', 1, 'p-1', 5],
      ['2026-01-01', 2, 'p-2', 3],
    ];
    const picture = pictureOf(['report_date', 'rank', 'product_id', 'units'], rows);
    expect(picture).toMatchObject({ is: 'bars', measure: 'units', measures: ['units'] });
    expect(picture?.panels[0]?.bars).toEqual([
      { label: 'p-1', value: 5, said: '5' },
      { label: 'p-2', value: 3, said: '3' },
    ]);
  });

  it('draws what is asked for, with the exact text beside the bar', () => {
    const rows = [['EUR', 2, '90071992547409930.10']];
    expect(pictureOf(['currency', 'orders', 'revenue'], rows, 'orders')?.measure).toBe('orders');
    expect(pictureOf(['currency', 'orders', 'revenue'], rows, 'nonsense')?.panels[0]?.bars).toMatchObject([
      { label: 'EUR', said: '90071992547409930.10' },
    ]);
  });

  it('adds nothing up: of several figures of one name it draws none', () => {
    expect(
      pictureOf(
        ['country', 'n'],
        [
          ['DE', 1],
          ['DE', 2],
        ],
      ),
    ).toBe(null);
    expect(pictureOf(['country'], [['DE']])).toBe(null);
    expect(pictureOf(['n'], [])).toBe(null);
  });
});

it('says what is drawn, and how wide it is', () => {
  expect([sayDrawn(0.125), sayDrawn(1234), sayDrawn(null)]).toEqual(['0.125', '1,234', '–']);
  expect([widthOf(-5, [{ value: -5 }, { value: 10 }]), widthOf(0, [{ value: 0 }])]).toEqual([50, 0]);
});
