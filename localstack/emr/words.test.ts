import { expect, it } from 'vitest';
import { splitWords } from './words.ts';

it.each([
  ['', []],
  ['  --conf a=b\t--conf\nc=d ', ['--conf', 'a=b', '--conf', 'c=d']],
  [`--conf "spark.x=two words" --name 'it''s'`, ['--conf', 'spark.x=two words', '--name', 'its']],
  [`a\\ b "c \\" d" 'e \\ f' ""`, ['a b', 'c " d', 'e \\ f', '']],
  [`--conf=a="b c"d`, ['--conf=a=b cd']],
])('%j', (text, words) => {
  expect(splitWords(text)).toEqual(words);
});

it('refuses a quotation without an end', () => {
  expect(() => splitWords('--name "never')).toThrow('expected a closing quotation mark after: "never');
});
