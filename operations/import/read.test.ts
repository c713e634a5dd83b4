import { expect, test } from 'vitest';
import { streams } from '#domain/streams.ts';
import { CsvFault, readCsv } from './csv.ts';
import { readImport } from './read.ts';

const read = (text: string | Uint8Array) => readImport(streams.products, Buffer.from(text as string));
const faults = (text: string | Uint8Array) =>
  read(text).faults.map(({ line, column, message }) => `${line} ${column ?? '-'}: ${message}`);
const HEADER = 'product_id,name,category,price';

test('rows become the records that the consumer reads, whatever the order of the columns', () => {
  const text =
    '\ufeffprice,name,product_id,category,low_stock_threshold\r\n9.99,"Lamp, large",p1,home,5\r\n1,Desk,p2,home,\r\n';
  expect(read(text)).toEqual({
    ...{ rows: 2, faults: [], isUseless: false },
    records: [
      {
        ...{ line: 2, key: 'p1' },
        value: '{"price":"9.99","name":"Lamp, large","product_id":"p1","category":"home","low_stock_threshold":5}',
      },
      { line: 3, key: 'p2', value: '{"price":"1","name":"Desk","product_id":"p2","category":"home"}' },
    ],
  });
});

test('counts are told apart by their ids, and keyed by their products', () => {
  const far = new Date(Date.now() + 36 * 3_600_000).toISOString();
  const rows = [
    ...['c1,p1,0,2026-01-02T03:04Z', 'c2,p1,7,2026-01-03T03:04Z', 'c1,p2,1,2026-01-02T03:04Z', 'c4,p3,-1,then'],
    `c5,p4,1,${far}`,
  ];
  const { records, faults } = readImport(
    streams.stockCounts,
    Buffer.from(['count_id,product_id,counted,counted_at', ...rows].join('\n')),
  );
  expect(records.map(({ key, value }) => [key, JSON.parse(value).counted])).toEqual([
    ['p1', 0],
    ['p1', 7],
  ]);
  expect(faults.map(({ line, column }) => [line, column])).toEqual([
    [4, 'count_id'],
    [5, 'counted'],
    [5, 'counted_at'],
    [6, 'counted_at'],
  ]);
});

test.each([';', '\t'])('cells may be parted by %j', (separator) => {
  const text = [HEADER, 'p1,Lamp,home,9.99'].join('\n').replaceAll(',', separator);
  expect(read(text).records.map(({ key }) => key)).toEqual(['p1']);
});

test('all that is wrong is told by line and column', () => {
  const text = `${HEADER},low_stock_threshold
p1,Lamp,home,"19,99",
p2,Desk,home,1.00,many
p3,,home,1.00,1

"p4","Two
lines",home,-,1
p2,Desk,home
p5,Chair,home,1,1
p5,Chair,home,2,1`;
  const found = faults(text);
  expect(found.map((fault) => fault.replace(/, got.*/, ''))).toEqual([
    '2 price: expected an amount from -99999999.99 to 99999999.99 with at most two decimals',
    '3 low_stock_threshold: expected a whole number',
    '4 name: expected a value',
    '6 price: expected an amount from -99999999.99 to 99999999.99 with at most two decimals',
    '8 -: expected 5 cells',
    '10 product_id: expected each once',
  ]);
  expect(found.at(-1)).toContain('got "p5" of line 9 again');
  expect(read(text).records.map(({ key }) => key)).toEqual(['p5']);
});

test.each([
  ['', '1 -: expected a row that names the columns, got an empty file'],
  ['product_id,name,price\np1,Lamp,1', '1 category: the column is missing'],
  [`${HEADER},prize\np1,Lamp,home,1,1`, '1 prize: no such column'],
  [`${HEADER},name\np1,Lamp,home,1,Lamp`, '1 name: expected the column once'],
  [Buffer.from(`${HEADER}\np1,L\xe4mp,home,1`, 'latin1'), '2 -: expected UTF-8'],
  [Buffer.from(`\ufeff${HEADER}\np1,Lamp,home,1`, 'utf16le'), '1 -: expected UTF-8'],
  [`${HEADER}\np1,"Lamp,home,1\n`, '2 -: expected the quote that begins here to be closed'],
  [`${HEADER}\np1,La"mp,home,1\n`, '2 -: expected a cell with a quote in it to be quoted'],
  [`${HEADER}\np1,"La"mp,home,1\n`, '2 -: expected "," or the end of the line behind a quoted cell'],
])('of %j nothing is used', (text, fault) => {
  expect(read(text)).toMatchObject({ records: [], isUseless: true });
  expect(faults(text)).toEqual([expect.stringContaining(fault)]);
});

test('quotes stand twice, and every end of a line counts', () => {
  expect(readCsv('a,"b ""c"" d"\r\n"x\r\ny",z\n\n,\n', ',')).toEqual([
    { line: 1, cells: ['a', 'b "c" d'] },
    { line: 2, cells: ['x\r\ny', 'z'] },
    { line: 5, cells: ['', ''] },
  ]);
  expect(() => readCsv('"a', ',')).toThrow(CsvFault);
});
