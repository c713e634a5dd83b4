import { expect, it } from 'vitest';
import type { Flow, FlowNode } from './flow.ts';
import { BOX_HEIGHT, pictureOf } from './flow-picture.ts';

const node = (id: string, column: number): FlowNode => ({ id, column, title: id, left: '', right: '', state: 'fine' });
const group = (name: string, topics: number, made: number) => ({
  topics: Array.from({ length: topics }, (_, at) => node(`${name}-topic-${at}`, 1)),
  consumer: node(name, 2),
  kept: [node(`${name}-kept`, 3)],
  made: Array.from({ length: made }, (_, at) => node(`${name}-made-${at}`, 4)),
});
const groups = [group('a', 1, 2), group('b', 3, 1), group('c', 1, 3), group('d', 1, 1)];
const flow: Flow = {
  shop: node('shop', 0),
  groups,
  letters: node('letters', 3),
  edges: groups.flatMap(({ topics, consumer, kept }) => [
    ...topics.flatMap(({ id }) => [
      { from: 'shop', to: id, rate: 1 },
      { from: id, to: consumer.id, rate: 1 },
    ]),
    { from: consumer.id, to: kept[0]?.id ?? '', rate: 1 },
  ]),
};

it.each([320, 342, 748, 1040, 1180, 1600])('at %d pixels, boxes lie inside and none covers another', (width) => {
  const { boxes, height } = pictureOf(flow, width);
  expect(boxes).toHaveLength(2 + 6 + 4 + 4 + 7);
  for (const box of boxes) {
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(width + 0.01);
    expect(box.width).toBeGreaterThan(100);
    expect(box.y + BOX_HEIGHT).toBeLessThanOrEqual(height);
  }
  for (const [at, one] of boxes.entries())
    for (const other of boxes.slice(at + 1)) {
      const apartX = one.x + one.width <= other.x || other.x + other.width <= one.x;
      const apartY = one.y + BOX_HEIGHT <= other.y || other.y + BOX_HEIGHT <= one.y;
      expect(apartX || apartY, `${one.node.id} and ${other.node.id}`).toBe(true);
    }
});

it('draws columns where they fit, and from left to right in the order of reading', () => {
  const { boxes, titles, lines } = pictureOf(flow, 1180);
  expect(titles).toHaveLength(5);
  const read = boxes.map(({ node: { column } }) => column);
  expect(read).toEqual(read.toSorted());
  expect(lines.filter(({ kind }) => kind === 'letters')).toHaveLength(4);
});

it('stands trees side by side where two fit, else one below the other', () => {
  const left = (width: number) => new Set(pictureOf(flow, width).boxes.map(({ x }) => (x < width / 2 ? 0 : 1))).size;
  expect(left(748)).toBe(2);
  expect(left(342)).toBe(1);
});
