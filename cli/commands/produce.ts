/** `npx tillstream produce`: sends the synthetic shop's events to Kafka. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { KafkaConnection } from '#adapters/kafka/index.ts';
import { catalogue, type Stream } from '#domain/streams.ts';
import { parseMicros } from '#domain/time.ts';
import { produceExample } from '#operations/connect/produce-example.ts';
import { recordsOf, type Totals } from '#simulator/expectation.ts';
import { type Topic, topics } from '#simulator/messages.ts';
import { produce } from '#simulator/produce.ts';
import { seedShop } from '#simulator/seed.ts';
import { defaultShares, type SimulatorOptions } from '#simulator/simulator.ts';
import { openKafka, withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { onInterrupt } from '../interrupt.ts';
import { formatCount, readNumber, readWholeNumber } from '../numbers.ts';
import { print, printProgress } from '../print.ts';
import { runningStack } from '../running-stack.ts';

export const summary = 'Send events of the synthetic shop to Kafka';

export const usage = `Usage: npx tillstream produce [options]

Sends orders, their payments and stock movements, shoppers' views, clicks and purchases, sales of physical stores and
restocks of suppliers, with the faults that real shops have, to the topics of the running stack. Ends after --count orders,
or on Ctrl-C after the current batch. Adds the products and customers of the synthetic shop to those that are there; not if
--bootstrap-servers names other brokers.

  --topics LIST              topics to send to (default: ${topics.join(',')})
  --count N                  orders to send; events of the other topics come on top (default: 1000)
  --rate N                   orders per second (default: as fast as Kafka accepts them)
  --seed N                   whole number; the same seed gives the same orders (default: a new one each time)
  --start TIME               time of the first order, ISO 8601 (default: each order has the time it is sent)
  --duplicates SHARE         events sent twice, from 0 to 1 (default: ${defaultShares.duplicates})
  --malformed SHARE          malformed records, sent in addition (default: ${defaultShares.malformed})
  --late SHARE               orders, payments and clicks made long ago, stock movements out of order (default: ${defaultShares.late})
  --ahead SHARE              payments dated minutes after they are sent: clock skew (default: ${defaultShares.ahead})
  --conflicts SHARE          events sent again with another amount or quantity (default: ${defaultShares.conflicts})
  --unknown-products SHARE   stock movements of products that the shop doesn't have (default: ${defaultShares.unknownProducts})
  --oversold SHARE           restocks that come too late, so that more is sold than there is (default: ${defaultShares.oversold})
  --example TOPIC            send one record that its consumer takes to this topic, and nothing else; says where it is
  --bootstrap-servers LIST   brokers as host:port,… (default: those of the running stack)
  --json                     print the totals that a pipeline must reach, as one JSON object
  --help                     show this
`;

const config = {
  topics: { type: 'string' },
  count: { type: 'string', default: '1000' },
  rate: { type: 'string' },
  seed: { type: 'string' },
  start: { type: 'string' },
  duplicates: { type: 'string' },
  malformed: { type: 'string' },
  late: { type: 'string' },
  ahead: { type: 'string' },
  conflicts: { type: 'string' },
  'unknown-products': { type: 'string' },
  oversold: { type: 'string' },
  'bootstrap-servers': { type: 'string' },
  example: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig;

export interface ProduceCommand {
  readonly options: SimulatorOptions & { readonly seed: number; readonly count: number };
  readonly bootstrapServers: string | undefined;
  /** Of which one example is sent, instead of the shop's events. */
  readonly example: Stream | undefined;
  readonly json: boolean;
}

/** Succeeds even if it was stopped. */
export async function run(args: string[]): Promise<number> {
  const command = readArguments(args);
  await (command.example ? sendExample(command.example, command) : send(command));
  return exit.ok;
}

/** @throws UserError naming the option that is wrong */
export function readArguments(args: string[]): ProduceCommand {
  const { values } = parseArgs({ args, options: config, strict: true, allowPositionals: false });
  const share = (name: 'duplicates' | 'malformed' | 'late' | 'ahead' | 'conflicts' | 'unknown-products' | 'oversold') =>
    readNumber(`--${name}`, values[name], { min: 0, max: 1 });
  const rate = readNumber('--rate', values.rate, { min: 0.001, max: 1_000_000 });
  return {
    options: {
      topics: values.topics === undefined ? topics : topicList(values.topics),
      count: readWholeNumber('--count', values.count, { min: 1, max: 1_000_000_000 }),
      seed: readWholeNumber('--seed', values.seed) ?? Math.floor(Math.random() * 1_000_000),
      ...(rate !== undefined && { rate }),
      start: values.start === undefined ? 'now' : startTime(values.start),
      duplicates: share('duplicates') ?? defaultShares.duplicates,
      malformed: share('malformed') ?? defaultShares.malformed,
      late: share('late') ?? defaultShares.late,
      ahead: share('ahead') ?? defaultShares.ahead,
      conflicts: share('conflicts') ?? defaultShares.conflicts,
      unknownProducts: share('unknown-products') ?? defaultShares.unknownProducts,
      oversold: share('oversold') ?? defaultShares.oversold,
    },
    bootstrapServers: values['bootstrap-servers'],
    example: values.example === undefined ? undefined : exampleStream(values.example),
    json: values.json,
  };
}

function topicList(text: string): Topic[] {
  return text.split(',').map((name) => {
    const topic = topics.find((each) => each === name.trim());
    if (!topic) throw new UserError(`--topics: expected some of ${topics.join(',')}, got "${text}"`);
    return topic;
  });
}

function exampleStream(topic: string): Stream {
  const stream = catalogue.find((each) => each.topic === topic);
  if (!stream) throw new UserError(`--example: expected one of ${topics.join(',')}, got "${topic}"`);
  return stream;
}

function startTime(text: string): number {
  try {
    return Number(parseMicros(text) / 1000n);
  } catch (error) {
    throw new UserError(`--start: ${(error as Error).message}`);
  }
}

const kafkaOf = async (bootstrapServers: string | undefined): Promise<KafkaConnection> =>
  openKafka(bootstrapServers === undefined ? (await runningStack()).kafka : { bootstrapServers });

async function sendExample(stream: Stream, { bootstrapServers, json }: ProduceCommand): Promise<void> {
  const kafka = await kafkaOf(bootstrapServers);
  try {
    const sent = await produceExample({ kafka: async () => kafka }, stream);
    const place = `${sent.topic} ${sent.partition} ${sent.offset ?? ''}`.trim();
    print(json ? JSON.stringify(sent) : `Sent ${sent.value}\nWhat becomes of it: npx tillstream record ${place}`);
  } finally {
    await kafka.close();
  }
}

async function send({ options, bootstrapServers, json }: ProduceCommand): Promise<void> {
  // Stock moves of products that the shop has: under --no-simulator it has none of these yet.
  if (bootstrapServers === undefined) await withBackbone(({ pool }) => seedShop(pool));
  const kafka = await kafkaOf(bootstrapServers);
  const stop = onInterrupt();
  const began = performance.now();
  const perSecond = (totals: Totals) => Math.round(recordsOf(totals) / ((performance.now() - began) / 1000));
  const onProgress = (totals: Totals) =>
    printProgress(`${formatCount(recordsOf(totals))} records, ${formatCount(perSecond(totals))}/s`);
  try {
    const totals = await produce({ kafka, options, signal: stop.signal, onProgress });
    printProgress('');
    const end = stop.signal.aborted ? 'Stopped after' : 'Sent';
    print(
      json
        ? JSON.stringify({ seed: options.seed, ...totals })
        : `${end} ${formatCount(recordsOf(totals))} records (${formatCount(perSecond(totals))}/s, seed ${options.seed})\n${lines(totals)}`,
    );
  } finally {
    stop.off();
    await kafka.close();
  }
}

function lines(totals: Totals): string {
  return Object.entries(totals)
    .filter(([, { records }]) => records > 0)
    .map(
      ([topic, { accepted, duplicates, rejected }]) =>
        `  ${topic}: ${formatCount(accepted)} good, ${formatCount(duplicates)} duplicates, ${formatCount(rejected)} to be rejected`,
    )
    .join('\n');
}
