/** The flow as it is drawn: boxes and lines, in pixels. Wide pages have five columns, narrow ones a tree for each consumer. */
import { columns, type Flow, type FlowEdge, type FlowNode } from './flow.ts';

export interface Box {
  readonly node: FlowNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface Line {
  readonly id: string;
  readonly kind: 'records' | 'made' | 'letters';
  /** An SVG path. */
  readonly path: string;
  readonly rate?: number | null;
  readonly note?: { readonly text: string; readonly x: number; readonly y: number };
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly titles: readonly { readonly text: string; readonly x: number }[];
  /** In the order of reading. */
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

export const BOX_HEIGHT = 46;
const ROW = 56;
const HEAD = 24;
const SHOP = 104;
const WIDEST_BOX = 224;
/** Room for a note. */
const LEAST_GAP = 74;
/** Narrower, and five columns don't fit. */
const NARROWEST_WIDE = 1040;

export const pictureOf = (flow: Flow, width: number): Picture =>
  width >= NARROWEST_WIDE ? wide(flow, width) : stacked(flow, width);

function wide({ shop, groups, letters, edges }: Flow, width: number): Picture {
  const each = (width - SHOP) / 4;
  const box = Math.min(WIDEST_BOX, each - LEAST_GAP);
  const x = columns.map((_, at) => (at === 0 ? 0 : SHOP + at * each - box));
  const at = (node: FlowNode, row: number): Box => ({
    node,
    x: x[node.column] ?? 0,
    y: HEAD + row * ROW,
    width: node.column === 0 ? SHOP : box,
  });

  let row = 0;
  let madeUpTo = 0;
  const placed = groups.flatMap(({ topics, consumer, kept, made }) => {
    const middle = row + Math.floor((topics.length - 1) / 2);
    const boxes = [
      ...topics.map((topic, index) => at(topic, row + index)),
      ...[consumer, ...kept].map((node) => at(node, middle)),
      ...made.map((node, index) => {
        const wanted = Math.max(middle + index, madeUpTo);
        madeUpTo = wanted + 1;
        return at(node, wanted);
      }),
    ];
    row += topics.length;
    return boxes;
  });
  const rows = Math.max(row + 1, madeUpTo);
  const boxes = [at(shop, (row - 1) / 2), ...placed, at(letters, row)];
  return {
    width,
    height: HEAD + rows * ROW,
    titles: columns.map((text, column) => ({ text, x: x[column] ?? 0 })),
    boxes: boxes.toSorted((one, other) => one.node.column - other.node.column || one.y - other.y),
    lines: [...linesOf(edges, boxes, acrossColumns), ...linesToLetters(boxes)],
  };
}

function linesOf(edges: readonly FlowEdge[], boxes: readonly Box[], draw: (from: Box, to: Box) => Drawn): Line[] {
  const byId = new Map(boxes.map((box) => [box.node.id, box]));
  return edges.flatMap(({ from, to, rate, note }) => {
    const one = byId.get(from);
    const other = byId.get(to);
    if (!one || !other) return [];
    const { path, middle } = draw(one, other);
    return {
      id: `${from} ${to}`,
      kind: note === undefined ? 'records' : 'made',
      path,
      ...(rate !== undefined && { rate }),
      ...(note && middle && { note: { text: note, ...middle } }),
    } satisfies Line;
  });
}

interface Drawn {
  readonly path: string;
  /** Where a note has room. */
  readonly middle?: { readonly x: number; readonly y: number };
}

function acrossColumns(from: Box, to: Box): Drawn {
  const middleOf = ({ y }: Box) => y + BOX_HEIGHT / 2;
  // Below it, in the same column.
  if (from.x === to.x) return { path: `M${from.x + 30} ${from.y + BOX_HEIGHT}V${to.y}` };
  const [x1, y1, x2, y2] = [from.x + from.width, middleOf(from), to.x, middleOf(to)].map(Math.round) as Four;
  const middle = Math.round((x1 + x2) / 2);
  const path = `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
  return { path, middle: { x: middle, y: (y1 + y2) / 2 - 8 } };
}

type Four = [number, number, number, number];

/** Records that can't be used leave every function by one line, down to the letters. */
function linesToLetters(boxes: readonly Box[]): Line[] {
  const letters = boxes.find(({ node }) => node.id === 'letters');
  if (!letters) return [];
  const end = letters.y + BOX_HEIGHT / 2;
  const trunk = letters.x - 22;
  return boxes
    .filter(({ node }) => node.column === 2)
    .map(({ node, x, y, width }) => {
      const start = y + BOX_HEIGHT - 10;
      const path = `M${x + width} ${start}H${trunk - 8}q8 0 8 8V${end - 8}q0 8 8 8H${letters.x}`;
      return { id: `${node.id} letters`, kind: 'letters', path };
    });
}

const INDENT = 16;
const GAP = 10;
const BETWEEN_TREES = 22;
const BETWEEN_COLUMNS = 28;
/** Two trees side by side need as much. */
const NARROWEST_DOUBLE = 620;

/** Each consumer's topics, itself and what it fills, one below the other; side by side where two fit. */
function stacked({ shop, groups, letters, edges }: Flow, width: number): Picture {
  const double = width >= NARROWEST_DOUBLE;
  const treeWidth = double ? (width - BETWEEN_COLUMNS) / 2 : width;
  const trees = [
    [shop],
    ...groups.map(({ topics, consumer, kept, made }) => [...topics, consumer, ...kept, ...made]),
    [letters],
  ];
  const filled = [0, 0];
  const boxes = trees.flatMap((nodes) => {
    const column = double && (filled[1] ?? 0) < (filled[0] ?? 0) ? 1 : 0;
    const left = column * (treeWidth + BETWEEN_COLUMNS);
    return nodes.map((node, index): Box => {
      const indent = INDENT * Math.max(0, Math.min(node.column, 4) - 1) * (node === letters ? 0 : 1);
      const y = filled[column] ?? 0;
      filled[column] = y + BOX_HEIGHT + (index === nodes.length - 1 ? BETWEEN_TREES : GAP);
      return { node, x: left + indent, y, width: treeWidth - indent };
    });
  });
  const inTrees = edges.filter(({ from }) => from !== shop.id);
  return {
    width,
    height: Math.max(...filled) - BETWEEN_TREES,
    titles: [],
    boxes,
    lines: linesOf(inTrees, boxes, downTheTree),
  };
}

/** Down from the left end of the one, and into the side of the other. */
function downTheTree(from: Box, to: Box): Drawn {
  const x = from.x + INDENT / 2;
  const y = to.y + BOX_HEIGHT / 2;
  const start = from.y + BOX_HEIGHT;
  if (from.x === to.x) return { path: `M${x} ${start}V${to.y}` };
  return { path: `M${x} ${start}V${y - 6}q0 6 6 6H${to.x}` };
}
