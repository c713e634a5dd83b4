/** An account's monthly bill, from list prices and from sizes that follow from the rate of orders. docs/cost.md says more. Estimates, no books. */
import { streams } from './streams.ts';

/** When the prices were noted. */
export const PRICED_ON = '2026-11-21';

/**
 * US dollars, on demand, us-east-1: list prices as noted on that day, not fetched from AWS. Check before use:
 * https://calculator.aws
 */
const prices = {
  mskBrokerHour: { 'kafka.m7g.large': 0.204, 'kafka.m7g.xlarge': 0.408 },
  mskGigabyteMonth: 0.1,
  mskConnectUnitHour: 0.11,
  rdsMultiAzHour: { 'm7g.large': 0.337, 'm7g.xlarge': 0.674, 'm7g.4xlarge': 2.696 },
  rdsMultiAzGigabyteMonth: 0.23,
  rdsProxyCpuHour: 0.015,
  lambdaArmGigabyteSecond: 0.0000133334,
  lambdaRequest: 0.0000002,
  s3Put: 0.000005,
  s3Get: 0.0000004,
  s3GigabyteMonth: 0.023,
  mwaaSmallHour: 0.49,
  emrArmCpuHour: 0.042094,
  emrArmGigabyteHour: 0.004628,
  natHour: 0.045,
  natGigabyte: 0.045,
  endpointZoneHour: 0.01,
  ec2Hour: { 'm7g.large': 0.0816 },
  ebsGigabyteMonth: 0.08,
  metricMonth: 0.3,
  alarmMonth: 0.1,
  logGigabyte: 0.5,
  secretMonth: 0.4,
  keyMonth: 1,
  firehoseMskGigabyte: 0.055,
  firehoseParquetGigabyte: 0.018,
} as const;

const HOURS = 730;
const DAYS = HOURS / 24;
const SECONDS = HOURS * 3_600;
const GIGA = 1e9;

/** docs/cost.md says which of these are measured and which assumed. */
const figures = {
  orderBytes: 208,
  /** Records of Kafka for each order: the order, 1 + 0.72 sales, a payment, 8 clicks; then 1.73 announcements of stock. */
  recordsPerOrder: {
    orders: 1,
    online_orders: 1,
    store_sales: 0.72,
    transactions: 1,
    user_events: 3.6,
    inventory_updates: 1.73,
  },
  lakeBytesPerOrder: 50 + 3.6 * 60,
  databaseBytesPerOrder: 2_360,
  outboxBytesPerOrder: 840,
  /** Seconds that each invocation and each record takes in a function with 1 GB. */
  secondsPerInvocation: 0.12,
  secondsPerRecord: 12e-6,
} as const;

const recordsOf = (topic: Topic): number => figures.recordsPerOrder[topic];
type Topic = keyof typeof figures.recordsPerOrder;

/**
 * Streams that functions consume and whose records grow with the orders. Restocks, products and customers are too few to count; how many
 * records a shop's own stream has, nobody here knows.
 */
const { orders, onlineOrders, storeSales, transactions, userEvents } = streams;
const consumed = { orders, onlineOrders, storeSales, transactions, userEvents };
const PARTITIONS = 4;
/** Of environment prod, without those of a shop's own streams, which are five for each. */
export const ALARMS = 99;
/** One page of an engineer's machine asks function `console` each 5 s, and is open 8 h on 21 days a month. */
const LOOKS = (21 * 8 * 3_600) / 5;
const BATCH = 10_000;
const OUTBOX_DAYS = 7;

export interface Size {
  readonly ordersPerDay: number;
  readonly broker: keyof typeof prices.mskBrokerHour;
  readonly brokers: number;
  /** Days for which Kafka keeps records. */
  readonly kafkaDays: number;
  readonly database: keyof typeof prices.rdsMultiAzHour;
  readonly databaseCpus: number;
  /** Days for which PostgreSQL keeps rows. */
  readonly databaseDays: number;
}

const large = { broker: 'kafka.m7g.large', brokers: 3, kafkaDays: 7, databaseDays: 30 } as const;

/** The sizes chosen for each rate; the first is environment prod. */
export const sizes: readonly [Size, Size, Size] = [
  { ...large, ordersPerDay: 1_000_000, database: 'm7g.large', databaseCpus: 2 },
  { ...large, ordersPerDay: 10_000_000, database: 'm7g.xlarge', databaseCpus: 4 },
  {
    ordersPerDay: 100_000_000,
    broker: 'kafka.m7g.xlarge',
    brokers: 3,
    kafkaDays: 3,
    database: 'm7g.4xlarge',
    databaseCpus: 16,
    databaseDays: 14,
  },
];

/** What is made for so many orders: the smallest of the sizes that is, or the largest. */
export function sizeFor(ordersPerDay: number): Size {
  const [first, second, third] = sizes;
  const made = [first, second].find((size) => size.ordersPerDay >= ordersPerDay) ?? third;
  return { ...made, ordersPerDay };
}

/** Of a month's bill: what each million of its orders costs. */
export const perMillion = (dollars: number, ordersPerDay: number): number => dollars / ((ordersPerDay * DAYS) / 1e6);

export interface Consumption {
  readonly invocations: number;
  readonly gigabyteSeconds: number;
}

/** One stream's month. The window cuts small batches, 10,000 records cut large ones; without a record nothing is invoked. */
export function consumption(recordsPerDay: number, windowSeconds: number): Consumption {
  const records = recordsPerDay * DAYS;
  const invocations = Math.min(records, Math.max(SECONDS / windowSeconds, records / BATCH));
  const { secondsPerInvocation, secondsPerRecord } = figures;
  return { invocations, gigabyteSeconds: invocations * secondsPerInvocation + records * secondsPerRecord };
}

/** A stream of the lake with one window. Dollars a month. */
export interface WindowCost {
  readonly seconds: number;
  readonly objectsPerDay: number;
  /** Of S3, for writing and reading them. */
  readonly requests: number;
  /** Invocations, calls after them and logs too. */
  readonly dollars: number;
}

/** A month's. Each partition has its own, and each has a record. */
const objectsOf = (recordsPerDay: number, { invocations }: Consumption): number =>
  Math.min(recordsPerDay * DAYS, PARTITIONS * invocations);

/** @param topic of orders or user events */
export function windowCost(topic: string, recordsPerDay: number, seconds: number): WindowCost {
  const used = consumption(recordsPerDay, seconds);
  const objects = objectsOf(recordsPerDay, used);
  const requests = objects * OBJECT;
  return {
    seconds,
    objectsPerDay: objects / DAYS,
    requests,
    dollars: requests + lambdaCost(used) + lambdaCost(callsOf(topic, used)) + 2 * used.invocations * LOG_OF_INVOCATION,
  };
}

/** Streams of the lake, whose windows one may choose wider: stock can't wait. */
export const lakeWindows = (ordersPerDay: number) =>
  [consumed.orders, consumed.userEvents].map(({ topic, batching }) => {
    const configured = batching.maximumBatchingWindowInSeconds;
    const windows = [configured, ...WIDER.filter((seconds) => seconds > configured)];
    return { topic, windows: windows.map((seconds) => windowCost(topic, ordersPerDay * recordsOf(topic), seconds)) };
  });

/** Seconds; Lambda takes no window above 300. */
export const WIDER: readonly number[] = [60, 300];

/** Each is written once, and read by a job and by the proof. */
const OBJECT = prices.s3Put + 2 * prices.s3Get;

const LOG_OF_INVOCATION = (1_500 / GIGA) * prices.logGigabyte;

/**
 * Each commit calls a function: of orders load-orders, which takes as long as its caller, and else the relay, which has less to do. The
 * rows that it loads are counted with the DAG's.
 */
const callsOf = (topic: string, { invocations }: Consumption): Consumption => ({
  invocations,
  gigabyteSeconds: invocations * (topic === streams.orders.topic ? figures.secondsPerInvocation : 0.05),
});

const lambdaCost = ({ invocations, gigabyteSeconds }: Consumption): number =>
  invocations * prices.lambdaRequest + gigabyteSeconds * prices.lambdaArmGigabyteSecond;

/** Dollars a month, by service. */
export function monthlyCost(size: Size): Record<string, number> {
  const { ordersPerDay, broker, brokers, kafkaDays, database, databaseCpus, databaseDays } = size;
  const recordsInAll = Object.values<number>(figures.recordsPerOrder).reduce((sum, each) => sum + each);
  const kafkaGigabytes = (ordersPerDay * recordsInAll * figures.orderBytes * kafkaDays) / GIGA;
  const databaseBytes = databaseDays * figures.databaseBytesPerOrder + OUTBOX_DAYS * figures.outboxBytesPerOrder;
  const databaseGigabytes = (ordersPerDay * databaseBytes) / GIGA;
  type Consumed = (typeof consumed)[keyof typeof consumed];
  const used = ({ topic, batching }: Consumed): Consumption =>
    consumption(ordersPerDay * recordsOf(topic), batching.maximumBatchingWindowInSeconds);
  const objectsIn = (stream: Consumed): number => objectsOf(ordersPerDay * recordsOf(stream.topic), used(stream));
  const deliveries = Object.values(consumed).map(used);
  const calls = Object.values(consumed).map((stream) => callsOf(stream.topic, used(stream)));
  // The DAG's, which lists and publishes its progress each time.
  const loads = { invocations: SECONDS / 150, gigabyteSeconds: ordersPerDay * DAYS * figures.secondsPerRecord };
  const objects = objectsIn(consumed.orders) + objectsIn(consumed.userEvents);
  const invocations = [...deliveries, ...calls, loads];
  const looks = { invocations: LOOKS, gigabyteSeconds: LOOKS * figures.secondsPerInvocation };
  return {
    'MSK: brokers': brokers * HOURS * prices.mskBrokerHour[broker],
    'MSK: storage': Math.max(250 * brokers, kafkaGigabytes * 3 * 1.3) * prices.mskGigabyteMonth,
    Lambda: invocations.reduce((sum, each) => sum + lambdaCost(each), 0),
    'Lambda: console, asked by one open page': lambdaCost(looks) + LOOKS * LOG_OF_INVOCATION,
    'S3: requests': objects * OBJECT,
    'S3: storage after a year': ((ordersPerDay * 365 * figures.lakeBytesPerOrder) / GIGA) * prices.s3GigabyteMonth,
    'RDS: instance, Multi-AZ': HOURS * prices.rdsMultiAzHour[database],
    'RDS: proxy': databaseCpus * HOURS * prices.rdsProxyCpuHour,
    'RDS: storage': Math.max(100, databaseGigabytes) * prices.rdsMultiAzGigabyteMonth,
    MWAA: HOURS * prices.mwaaSmallHour,
    'EMR Serverless: stream_orders, 6 vCPU, always':
      HOURS * (6 * prices.emrArmCpuHour + 24 * prices.emrArmGigabyteHour),
    'EMR Serverless: daily jobs': (((ordersPerDay / 1e6) * DAYS * 60) / 3_600 + DAYS * 0.4) * 2 * prices.emrArmCpuHour,
    'Elasticsearch on EC2': HOURS * prices.ec2Hour['m7g.large'] + 100 * prices.ebsGigabyteMonth,
    'Network: 3 NAT gateways, 8 endpoints in 3 zones':
      3 * HOURS * prices.natHour + 50 * prices.natGigabyte + 24 * HOURS * prices.endpointZoneHour,
    'CloudWatch, secrets, keys':
      300 * prices.metricMonth +
      ALARMS * prices.alarmMonth +
      invocations.reduce((sum, each) => sum + each.invocations, 0) * LOG_OF_INVOCATION +
      21 * prices.secretMonth +
      5 * prices.keyMonth,
  };
}

/** Dollars a month for one job alone: topic `orders` as Parquet objects in S3. */
export function archivingCost(ordersPerDay: number): Record<string, number> {
  const ours = (window: number): number => {
    const used = consumption(ordersPerDay, window);
    return lambdaCost(used) + objectsOf(ordersPerDay, used) * (prices.s3Put + prices.s3Get);
  };
  const gigabytes = (ordersPerDay * DAYS * figures.orderBytes) / GIGA;
  // It writes an object at 128 MB or after 15 minutes.
  const objects = Math.max(SECONDS / 900, gigabytes / 0.128);
  const { maximumBatchingWindowInSeconds: configured } = streams.orders.batching;
  return {
    'archive-orders, window of 5 s': ours(5),
    [`archive-orders, window of ${configured} s as configured`]: ours(configured),
    'archive-orders, window of 60 s': ours(60),
    'archive-orders, window of 300 s': ours(300),
    'Data Firehose from MSK, to Parquet':
      gigabytes * (prices.firehoseMskGigabyte + prices.firehoseParquetGigabyte) + objects * prices.s3Put,
    'MSK Connect, S3 sink, 2 workers of 1 MCU': 2 * HOURS * prices.mskConnectUnitHour,
  };
}
