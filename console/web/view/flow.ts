/** The flow, before it is drawn: which places there are, what each says, and what leads from one to the other. */
import type { KeptPulse, PlaceName, PlaceState, Pulse } from '#operations/pulse.ts';
import type { Known, LastKnown } from './last-known.ts';
import { count, figure, short, some, UNKNOWN } from './numbers.ts';
import { duration, took, utcTime } from './time.ts';

/** From left to right. */
export const columns = ['Source', 'Kafka', 'Functions', 'Kept', 'Made of it'] as const;

export interface FlowNode {
  readonly id: string;
  /** Its index in `columns`. */
  readonly column: number;
  readonly title: string;
  /** Two figures below the title. */
  readonly left: string;
  readonly right: string;
  readonly state: PlaceState;
  readonly why?: string;
  /** The page that has more of it, if there is one. */
  readonly page?: string;
  /** What that page shows. */
  readonly rest?: readonly string[];
}

export interface FlowEdge {
  readonly from: string;
  readonly to: string;
  /** Records a second; null while unknown, undefined if nobody measures it. */
  readonly rate?: number | null;
  /** How it gets there. */
  readonly note?: string;
}

/** A consumer with its topics, and what comes of it: what belongs together stands together. */
export interface FlowGroup {
  readonly topics: readonly FlowNode[];
  readonly consumer: FlowNode;
  readonly kept: readonly FlowNode[];
  readonly made: readonly FlowNode[];
}

export interface Flow {
  readonly shop: FlowNode;
  readonly groups: readonly FlowGroup[];
  readonly letters: FlowNode;
  readonly edges: readonly FlowEdge[];
}

/** What the records of each consumer with code of its own become; what a described stream fills, the pulse says of the stream. */
const BECOMES: Readonly<Record<string, { readonly kept: PlaceName; readonly made: readonly PlaceName[] }>> = {
  'archive-orders': { kept: 'lake', made: ['warehouse', 'curated'] },
  'update-inventory': { kept: 'stock', made: ['announced'] },
  'store-transactions': { kept: 'payments', made: ['metrics'] },
  'archive-user-events': { kept: 'bronze', made: ['gold'] },
};

interface PlaceWords {
  readonly title: string;
  readonly counts: string;
  readonly note?: string;
  readonly page?: string;
  readonly rest?: readonly string[];
}

/** Their titles, what they count, how records get there, and the page about them. */
const PLACES: Readonly<Record<PlaceName, PlaceWords>> = {
  lake: { title: 'Lake · raw', counts: 'objects' },
  stock: { title: 'Stock', counts: 'products' },
  payments: { title: 'Payments', counts: 'stored' },
  bronze: { title: 'Lake · bronze', counts: 'objects' },
  letters: { title: 'Dead letters', counts: 'letters', page: 'dead-letters' },
  warehouse: { title: 'Warehouse', counts: 'orders', note: 'on arrival' },
  curated: { title: 'Curated', counts: 'orders', note: 'hourly' },
  announced: {
    ...{ title: 'inventory_updates', counts: 'messages', note: 'outbox' },
    ...{ page: 'messages', rest: ['inventory_updates'] },
  },
  metrics: { title: 'Hourly metrics', counts: 'hours', note: 'hourly' },
  gold: { title: 'Gold', counts: 'days', note: 'daily' },
};

/** As people call it, and the page about it. */
export function placeTitle(name: PlaceName): Pick<FlowNode, 'title' | 'page' | 'rest'> {
  const { title, page, rest } = PLACES[name];
  return { title, ...(page !== undefined && { page }), ...(rest !== undefined && { rest }) };
}

/** @param now for how a time is said */
export function flowOf(pulse: Pulse, known: LastKnown, now: Date): Flow {
  const topics = Object.entries(pulse.streams);
  const place = (name: PlaceName, column: number) => placeNode(name, column, pulse, known, now);
  const consumers = [...new Set(topics.map(([, { consumer }]) => consumer))];
  const groups = consumers.map((consumer): FlowGroup => {
    const own = topics.filter(([, stream]) => stream.consumer === consumer);
    const becomes = BECOMES[consumer];
    return {
      topics: own.map(([topic]) => topicNode(topic, pulse, known, now)),
      consumer: consumerNode(consumer, pulse, becomes?.kept),
      kept: becomes ? [place(becomes.kept, 3)] : own.flatMap(([, { keeps }]) => (keeps ? [keptNode(keeps)] : [])),
      made: becomes?.made.map((name) => place(name, 4)) ?? [],
    };
  });
  return { shop: shopNode(pulse), groups, letters: place('letters', 3), edges: groups.flatMap(edgesOf(pulse)) };
}

const edgesOf =
  (pulse: Pulse) =>
  ({ topics, consumer, kept, made }: FlowGroup): FlowEdge[] => {
    const rates = topics.map(({ id }) => pulse.streams[id]?.rate ?? null);
    return [
      ...topics.map(({ id }, at) => ({ from: 'shop', to: id, rate: rates[at] ?? null })),
      ...topics.map(({ id }, at) => ({ from: id, to: consumer.id, rate: rates[at] ?? null })),
      ...kept.map(({ id }) => ({ from: consumer.id, to: id, rate: sum(rates) })),
      ...made.map(({ id }, at) => ({
        // The second is made of the first.
        from: (at === 0 ? kept[0] : made[at - 1])?.id ?? consumer.id,
        to: id,
        note: PLACES[id as PlaceName].note ?? '',
      })),
    ];
  };

const sum = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0);

function shopNode({ streams }: Pulse): FlowNode {
  const rate = sum(Object.values(streams).map((stream) => stream.rate));
  return {
    id: 'shop',
    column: 0,
    title: 'Shop',
    left: `${figure(rate)} /s`,
    right: '',
    state: rate === null ? 'unknown' : 'fine',
  };
}

function topicNode(topic: string, { streams }: Pulse, known: LastKnown, now: Date): FlowNode {
  const { rate = null, lag = null } = streams[topic] ?? {};
  const node = { id: topic, column: 1, title: topic, page: 'streams', rest: [topic] };
  if (rate === null && lag === null)
    return { ...node, ...unknown(known.streams[topic], ({ rate }) => `${figure(rate)} /s`, now) };
  return { ...node, left: `${figure(rate)} /s`, right: `lag ${short(lag)}`, state: lag === null ? 'unknown' : 'fine' };
}

/** What keeps a consumer from its work is told of the place that it fills. */
function consumerNode(consumer: string, { streams, places }: Pulse, kept?: PlaceName): FlowNode {
  const own = Object.values(streams).filter((stream) => stream.consumer === consumer);
  const batches = own.flatMap(({ batch }) => batch ?? []);
  const latencies = own.flatMap(({ p95 }) => p95 ?? []);
  const { state = 'fine', why } = (kept ? places[kept] : own.find(({ keeps }) => keeps)?.keeps) ?? {};
  return {
    id: consumer,
    column: 2,
    title: consumer,
    left: batches.length > 0 ? `${count(mean(batches))} a batch` : state === 'unknown' ? UNKNOWN : 'no batch yet',
    right: latencies.length > 0 ? `≤ ${took(Math.max(...latencies))}` : '',
    state,
    ...(why !== undefined && { why }),
  };
}

const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;

function placeNode(name: PlaceName, column: number, pulse: Pulse, known: LastKnown, now: Date): FlowNode {
  const { counts } = PLACES[name];
  const { count: there, age, state, why } = pulse.places[name];
  const node = { id: name, column, ...placeTitle(name), ...(why !== undefined && { why }) };
  if (state === 'unknown') return { ...node, ...unknown(known.places[name], (place) => short(place.count), now) };
  const left = there === 1 ? some(1, counts) : `${short(there)} ${counts}`;
  if (there === 0) return { ...node, left: 'nothing yet', right: '', state };
  return { ...node, left, right: age === null ? '' : `${duration(age)} old`, state };
}

/** What a described stream fills. */
function keptNode({ name, counts, count: there, age, state, why }: KeptPulse): FlowNode {
  const node = { id: name, column: 3, title: name, state, ...(why !== undefined && { why }) };
  if (there === null) return { ...node, left: UNKNOWN, right: '' };
  if (there === 0) return { ...node, left: 'nothing yet', right: '' };
  const left = there === 1 ? some(1, counts) : `${short(there)} ${counts}`;
  return { ...node, left, right: age === null ? '' : `${duration(age)} old` };
}

/** What isn't known now, as it was. */
function unknown<Value>(known: Known<Value> | undefined, say: (value: Value) => string, now: Date) {
  const right = known ? `${say(known.value)} at ${utcTime(new Date(known.at), now)}` : '';
  return { left: UNKNOWN, right, state: 'unknown' } as const;
}

export const stateWords: Readonly<Record<PlaceState, string>> = {
  fine: 'fine',
  look: 'have a look',
  wrong: 'wrong',
  unknown: 'unknown',
};

/** What is read out of a place. */
export const sayNode = ({ title, left, right, state, why }: FlowNode): string =>
  [title, left, right, stateWords[state], why]
    .filter((each) => each)
    .join(', ')
    .replace('/s', 'a second');
