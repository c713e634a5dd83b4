import { expect, test } from 'vitest';
import { faultOf, type Pair } from './pairing.ts';

const stores = { Kafka: 'cluster a', lake: 'kept b' };
const anew: Pair = {
  ...{ ledger: undefined, note: {}, stores, isUsed: false, adopt: false },
  owners: [{ what: 'the data in /home/data', owner: undefined }],
};
const known: Pair = {
  ...{ ...anew, ledger: 'one', note: stores, isUsed: true },
  owners: [{ what: 'the data in /home/data', owner: 'one' }],
};
const ownedBy = (owner: string): Pick<Pair, 'owners'> => ({ owners: [{ what: 'the data in /home/data', owner }] });

test('what is new goes together, and what goes together by all notes', () => {
  expect(faultOf(anew)).toBeUndefined();
  expect(faultOf(known)).toBeUndefined();
});

test('a ledger of another Kafka or lake is refused, adopted or not', () => {
  for (const adopt of [false, true]) {
    const other = { ...known, adopt, stores: { Kafka: 'cluster x', lake: 'kept x' } };
    expect(faultOf(other)).toMatch(/^belongs to another Kafka and another lake: /);
  }
});

test('a ledger in use that says nothing is refused, unless it is adopted', () => {
  const unknown = { ...anew, isUsed: true };
  expect(faultOf(unknown)).toMatch(/^is in use and does not say which Kafka and which lake .* start once with --adopt/);
  expect(faultOf({ ...unknown, adopt: true })).toBeUndefined();
  expect(faultOf({ ...known, note: { Kafka: 'cluster a' } })).toMatch('does not say which lake');
});

test('data of another ledger are refused, to a new ledger too', () => {
  const said = /^is not the one that the data in \/home\/data belong to, which another has filled/;
  expect(faultOf({ ...anew, ...ownedBy('another') })).toMatch(said);
  expect(faultOf({ ...known, ...ownedBy('another') })).toMatch(said);
  // Nothing of it says that these were its data.
  expect(faultOf({ ...anew, ...ownedBy('another'), adopt: true })).toMatch(said);
});

test('what different ledgers have filled is refused, adopted or not', () => {
  const [data] = known.owners;
  const owners = [data, { what: 'the lake in bucket shop', owner: 'another' }].filter((each) => each !== undefined);
  const said =
    /^can't have the data in \/home\/data and the lake in bucket shop together, which different ledgers have filled/;
  for (const adopt of [false, true])
    for (const ledger of [undefined, 'one']) expect(faultOf({ ...known, ledger, owners, adopt })).toMatch(said);
});

test('a ledger that was restored without its note can have its lake back', () => {
  expect(faultOf({ ...anew, ...ownedBy('one'), isUsed: true, adopt: true })).toBeUndefined();
});
