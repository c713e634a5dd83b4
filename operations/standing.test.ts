import { describe, expect, it } from 'vitest';
import { depths } from '#functions/prove/depth.ts';
import { covers, type Reach, standingAfter } from './standing.ts';

/** Such as 'objects', 'kafka all', 'rows all dags'. */
function reach(text: string): Reach {
  const [depth = '', ...more] = text.split(' ');
  const found = depths.find((each) => each === depth);
  if (!found) throw new Error(`no depth ${depth}`);
  return { depth: found, all: more.includes('all'), dags: more.includes('dags') };
}

/** An x at the end is off. */
/** What it is off by, in brackets; began at its second, or now. */
const proof = (text: string) => {
  const [, how = '', names, second = '30'] = /^([\w ]+?)(?: x(?:\((.*?)\))?)?(?: @(\d\d))?$/.exec(text) ?? [];
  const off = names === undefined ? [] : names.split(', ').map((name) => ({ name }));
  const provedAt = `2026-11-30T10:00:${second}.000Z`;
  return { text, balanced: !/ x\b/.test(text), off, provedAt, ...reach(how) };
};
const standing = (proofs: readonly string[], before: readonly string[] = []): string[] =>
  standingAfter(before.map(proof), proofs.map(proof)).map(({ text }) => text);

describe('a proof covers one', () => {
  it.each([
    ['objects', 'objects', true],
    ['rows all', 'objects', true],
    ['objects all', 'objects', true],
    ['objects', 'books', true],
    ['books', 'objects', false],
    ['objects', 'rows all', false],
    ['objects', 'objects all', false],
    ['rows all', 'kafka all', false],
    ['kafka all', 'rows all', true],
    ['objects', 'objects dags', false],
    ['objects dags', 'objects', true],
  ])('%s of %s: %s', (later, earlier, expected) => {
    expect(covers(reach(later), reach(earlier))).toBe(expected);
  });
});

describe('what is off', () => {
  it('a deeper proof that is off does not go back to balanced by those of npm start', () => {
    expect(standing(['objects', 'rows all x', 'objects', 'objects'])).toEqual(['rows all x']);
  });

  it('stands no more once a proof as deep, or a deeper one, balances', () => {
    expect(standing(['rows all x', 'objects', 'rows all'])).toEqual([]);
    expect(standing(['rows all x', 'kafka all'])).toEqual([]);
  });

  it('is said by the latest proof that finds it', () => {
    expect(standing(['objects x', 'objects x'])).toEqual(['objects x']);
    expect(standing(['objects x', 'rows all x'])).toEqual(['rows all x']);
    expect(standing(['rows all x', 'objects x', 'objects'])).toEqual(['rows all x']);
  });

  it('is remembered from before the proofs that are shown', () => {
    expect(standing(['objects', 'objects'], ['kafka all x'])).toEqual(['kafka all x']);
    expect(standing(['objects', 'kafka all'], ['kafka all x', 'objects x'])).toEqual([]);
  });

  it('of a DAG, is not taken back by the proof of a DAG, which does not ask Airflow', () => {
    expect(standing(['objects dags x', 'objects', 'objects all'])).toEqual(['objects dags x']);
    expect(standing(['objects dags x', 'objects', 'objects dags'])).toEqual([]);
  });

  it.each([
    'transactions: every hour is indexed in time',
    'Airflow: every DAG has a next run',
    'orders: nothing waits in Kafka',
  ])('of now, is taken back by whatever looks at it again: %s', (name) => {
    expect(standing([`kafka all dags x(${name})`])).toHaveLength(1);
    expect(standing([`kafka all dags x(${name})`, 'objects dags'])).toEqual([]);
  });

  it('of Airflow, needs one that asks it; of the rows, one that reads them, whoever asked Airflow', () => {
    expect(standing(['objects all dags x(Airflow: it answers)', 'objects all'])).toHaveLength(1);
    expect(standing(['rows all dags x(orders: rows)', 'objects dags'])).toHaveLength(1);
    expect(standing(['rows all dags x(orders: rows)', 'rows all'])).toEqual([]);
  });

  it('stands with those of its checks that were not taken back', () => {
    const found = [proof('rows all x(orders: rows, every load is curated in time)'), proof('objects')];
    expect(standingAfter([], found)).toMatchObject([{ off: [{ name: 'orders: rows' }] }]);
  });

  it('is not taken back by a proof that began before it', () => {
    expect(standing(['objects x @20', 'kafka all @00'])).toEqual(['objects x @20']);
    expect(standing(['objects x @20', 'kafka all @00', 'objects @40'])).toEqual([]);
  });
});
