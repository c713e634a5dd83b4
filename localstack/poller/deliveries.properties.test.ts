import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  assign,
  type Batch,
  committed,
  cut,
  finish,
  isFull,
  newDeliveries,
  receive,
  retry,
  uncommitted,
} from './deliveries.ts';

/**
 * Two pollers of one group against a model of Kafka, driven at random: fetches of any size, functions that succeed or
 * fail at any time, late commits, rebalances, members that are thrown out while the function runs, retention.
 */
const PARTITIONS = [0, 1, 2];
const RECORDS = 30;
const limits = { records: 7, bytes: 3_000, windowMilliseconds: 10 };

type Command =
  | { kind: 'fetch'; poller: number; partition: number; count: number }
  | { kind: 'cut'; poller: number }
  | { kind: 'answer'; poller: number; which: number; failed: boolean }
  | { kind: 'commit'; poller: number }
  | { kind: 'balance'; owners: number[] }
  | { kind: 'throw out'; poller: number }
  | { kind: 'retain'; partition: number; from: number };

const poller = fc.nat(1);
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    kind: fc.constant('fetch' as const),
    poller,
    partition: fc.nat(2),
    count: fc.integer({ min: 1, max: 12 }),
  }),
  fc.record({
    kind: fc.constant('fetch' as const),
    poller,
    partition: fc.nat(2),
    count: fc.integer({ min: 1, max: 12 }),
  }),
  fc.record({ kind: fc.constant('cut' as const), poller }),
  fc.record({
    kind: fc.constant('answer' as const),
    poller,
    which: fc.nat(2),
    failed: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('commit' as const), poller }),
  fc.record({ kind: fc.constant('balance' as const), owners: fc.array(fc.nat(1), { minLength: 3, maxLength: 3 }) }),
  fc.record({ kind: fc.constant('throw out' as const), poller }),
);
const retention = fc.record({
  kind: fc.constant('retain' as const),
  partition: fc.nat(2),
  from: fc.integer({ min: 1, max: RECORDS - 1 }),
});

test('nothing is lost or out of order, a partition is delivered once at a time, and no commit skips a record', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 120, size: 'max' }), (commands) => {
      const group = newGroup();
      for (const each of commands) group.do(each);
      group.drain();
      for (const partition of PARTITIONS) expect(group.processed.get(partition)?.size).toBe(RECORDS);
    }),
    { numRuns: 200 },
  );
});

test('no batch has a hole, even if retention removes records that were not fetched yet; all others arrive', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(command, retention), { maxLength: 120, size: 'max' }), (commands) => {
      const group = newGroup();
      for (const each of commands) group.do(each);
      group.drain();
      for (const partition of PARTITIONS)
        for (let offset = group.earliest.get(partition) ?? 0; offset < RECORDS; offset += 1)
          expect(group.processed.get(partition)?.has(offset)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('a batch ends at a jump, though the fetch after it held no record', () => {
  const deliveries = newDeliveries(source, { ...limits, windowMilliseconds: 0 });
  assign(deliveries, [0], false);
  receive(deliveries, fetched(0, 0, 2), 0);
  expect(receive(deliveries, fetched(0, 5, 5), 0)).toEqual({ kind: 'jumped', partition: 0, from: 2, to: 5 });
  // Where the fetch goes on, a gap is Kafka's own.
  expect(receive(deliveries, { ...fetched(0, 7, 8), from: 5 }, 0)).toBeUndefined();
  expect(receive(deliveries, { ...fetched(0, 9, 10), from: 8 }, 0)).toBeUndefined();
  expect(offsetsOf(cut(deliveries, 0))).toEqual([0, 1]);
  deliveries.busy.clear();
  expect(offsetsOf(cut(deliveries, 0))).toEqual([7, 9]);
});

test('a member that was out of the group drops its records, since another may have gone further', () => {
  const after = (continued: boolean) => {
    const deliveries = newDeliveries(source, { ...limits, windowMilliseconds: 0 });
    assign(deliveries, [0, 1], false);
    receive(deliveries, fetched(0, 0, 9), 0);
    const due = cut(deliveries, 0);
    if (due.kind === 'batch') finish(deliveries, due.batch);
    const positions = assign(deliveries, [0], continued);
    return { positions, waiting: deliveries.owned.get(0)?.waiting.length, uncommitted: uncommitted(deliveries) };
  };
  expect(after(true)).toEqual({ positions: new Map([[0, 9]]), waiting: 2, uncommitted: new Map([[0, 7]]) });
  expect(after(false)).toEqual({ positions: new Map(), waiting: 0, uncommitted: new Map() });
});

test('a recreated partition is read from its new beginning', () => {
  const deliveries = newDeliveries(source, limits);
  assign(deliveries, [0], false);
  receive(deliveries, fetched(0, 5, 10), 0);
  expect(receive(deliveries, fetched(0, 0, 3), 0)).toEqual({ kind: 'went-back', partition: 0, from: 10, to: 0 });
  expect(deliveries.owned.get(0)?.waiting.map(({ offset }) => offset)).toEqual([0, 1, 2]);
});

test('the commit after the last record of a fetch passes the transaction markers behind it', () => {
  const deliveries = newDeliveries(source, { ...limits, windowMilliseconds: 0 });
  assign(deliveries, [0], false);
  receive(deliveries, { ...fetched(0, 0, 3), next: 5 }, 0);
  const due = cut(deliveries, 0);
  if (due.kind === 'batch') finish(deliveries, due.batch);
  expect(uncommitted(deliveries)).toEqual(new Map([[0, 5]]));
});

const source = { eventSourceArn: 'arn', bootstrapServers: 'b:9092', topic: 'orders' };

const fetched = (partition: number, from: number, to: number) => ({
  partition,
  from,
  next: to,
  records: Array.from({ length: to - from }, (_, index) => ({
    offset: from + index,
    timestamp: 0,
    timestampType: 'CREATE_TIME' as const,
    key: null,
    value: Buffer.alloc(((from + index) * 37) % 400),
    headers: [],
  })),
});

const offsetsOf = (due: ReturnType<typeof cut>): number[] =>
  due.kind === 'batch' ? [...due.batch.values()].flat().map(({ offset }) => offset) : [];

function newGroup() {
  /** The first offset that Kafka still has. */
  const earliest = new Map(PARTITIONS.map((partition) => [partition, 0]));
  const offsets = new Map(PARTITIONS.map((partition) => [partition, 0]));
  const processed = new Map(PARTITIONS.map((partition) => [partition, new Set<number>()]));
  const members = [0, 1].map(() => ({
    deliveries: newDeliveries(source, limits),
    positions: new Map<number, number>(),
    underWay: [] as Batch[],
    /** Whether the group has gone on without the member, which does not know. */
    out: false,
  }));
  const member = (index: number) => members[index] ?? expect.fail();
  let now = 0;

  function fetch({ deliveries, positions }: ReturnType<typeof member>, partition: number, count: number): void {
    const state = deliveries.owned.get(partition);
    const position = positions.get(partition);
    if (!state || position === undefined || position === RECORDS || isFull(deliveries, state)) return;
    const from = Math.max(position, earliest.get(partition) ?? 0);
    const to = Math.min(RECORDS, from + count);
    const jumped = state.next !== undefined && from > position;
    const moved = receive(deliveries, fetched(partition, from, to), now);
    expect(moved).toEqual(jumped ? { kind: 'jumped', partition, from: position, to: from } : undefined);
    positions.set(partition, to);
  }

  function take(each: ReturnType<typeof member>): void {
    const due = cut(each.deliveries, now);
    if (due.kind === 'batch') send(each, due.batch);
  }

  function send({ underWay, deliveries }: ReturnType<typeof member>, batch: Batch): void {
    expect(total(batch)).toBeLessThanOrEqual(limits.records);
    for (const [owner, records] of batch) {
      const { partition } = owner;
      expect(deliveries.owned.get(partition)).toBe(owner);
      expect(underWay.flatMap((other) => [...other.keys()].map((each) => each.partition))).not.toContain(partition);
      const [first] = records;
      const before = Array.from({ length: first?.offset ?? 0 }, (_, offset) => offset);
      const removed = earliest.get(partition) ?? 0;
      expect(before.every((offset) => offset < removed || processed.get(partition)?.has(offset))).toBe(true);
      records.forEach(({ offset }, index) => {
        expect(offset).toBe((first?.offset ?? 0) + index);
      });
    }
    underWay.push(batch);
  }

  function answer(each: ReturnType<typeof member>, which: number, failed: boolean): void {
    const [batch] = each.underWay.splice(which, 1);
    if (!batch) return;
    if (failed) {
      const again = retry(each.deliveries, batch);
      if (again.size > 0) send(each, again);
      return;
    }
    for (const [{ partition }, records] of batch)
      for (const { offset } of records) processed.get(partition)?.add(offset);
    finish(each.deliveries, batch);
  }

  function commit({ deliveries, out }: ReturnType<typeof member>): void {
    if (out) return;
    const positions = uncommitted(deliveries);
    for (const [partition, offset] of positions) {
      for (let each = earliest.get(partition) ?? 0; each < offset; each += 1)
        expect(processed.get(partition)?.has(each)).toBe(true);
      expect(offset).toBeGreaterThanOrEqual(offsets.get(partition) ?? 0);
      offsets.set(partition, offset);
    }
    committed(deliveries, positions);
  }

  function balance(owners: readonly number[]): void {
    members.forEach((each, index) => {
      tell(
        each,
        PARTITIONS.filter((partition) => owners[partition] === index),
      );
    });
  }

  function tell(each: ReturnType<typeof member>, partitions: readonly number[]): void {
    const goOn = assign(each.deliveries, partitions, !each.out);
    each.out = false;
    each.positions.clear();
    for (const partition of partitions)
      each.positions.set(partition, goOn.get(partition) ?? offsets.get(partition) ?? 0);
  }

  function throwOut(index: number): void {
    member(index).out = true;
    tell(member(1 - index), PARTITIONS);
  }

  const group = {
    processed,
    earliest,
    do(command: Command): void {
      now += 3;
      if (command.kind === 'balance') balance(command.owners);
      if (command.kind === 'throw out') throwOut(command.poller);
      if (command.kind === 'fetch') fetch(member(command.poller), command.partition, command.count);
      if (command.kind === 'cut') take(member(command.poller));
      if (command.kind === 'answer') answer(member(command.poller), command.which, command.failed);
      if (command.kind === 'retain')
        earliest.set(command.partition, Math.max(earliest.get(command.partition) ?? 0, command.from));
      if (command.kind === 'commit') commit(member(command.poller));
    },
    /** All invocations succeed from here on, so everything must arrive. */
    drain(): void {
      balance([0, 0, 0]);
      for (let round = 0; round < 3 * RECORDS; round += 1) {
        now += limits.windowMilliseconds;
        for (const each of members) {
          while (each.underWay.length > 0) answer(each, 0, false);
          commit(each);
          for (const partition of PARTITIONS) fetch(each, partition, 4);
          take(each);
        }
      }
      expect([...offsets.values()]).toEqual(PARTITIONS.map(() => RECORDS));
    },
  };
  group.do({ kind: 'balance', owners: [0, 1, 0] });
  return group;
}

const total = (batch: Batch): number => [...batch.values()].reduce((sum, records) => sum + records.length, 0);
