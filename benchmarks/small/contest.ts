/** Functions as they run: their bundles, in processes of their own, on a real PostgreSQL and S3; cold, and with batches of many sizes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRepository } from '#adapters/repository.ts';
import { bundle } from '#cdk/constructs/bundle.ts';
import { copyModules, layerModules } from '#cdk/constructs/module-layer.ts';
import { formatCount } from '#cli/numbers.ts';
import { treeCpu } from '../cpu.ts';
import type { Settings } from '../settings.ts';
import { markdown } from '../table.ts';
import { type FunctionProcess, startFunction } from './function-process.ts';
import { eventsOf, type Topic } from './input.ts';
import { type Services, startServices } from './services.ts';

const functions: readonly { readonly name: string; readonly topic: Topic; readonly entry: string }[] = [
  { name: 'archive-orders', topic: 'orders', entry: 'functions/archive-orders/handler.ts' },
  { name: 'plain archive', topic: 'orders', entry: 'benchmarks/small/plain-archive.ts' },
  { name: 'store-transactions', topic: 'transactions', entry: 'functions/store-transactions/handler.ts' },
  { name: 'plain store', topic: 'transactions', entry: 'benchmarks/small/plain-store.ts' },
  { name: 'update-inventory', topic: 'online_orders', entry: 'functions/update-inventory/handler.ts' },
];

/** Records in a batch, and how many batches are measured. */
const SIZES = [
  [8, 200],
  [100, 200],
  [1_000, 50],
  [10_000, 12],
] as const;
/** Batches before those that are measured: what is compiled when it is first run. */
const WARM = 10;
const COLD_STARTS = 5;
const SMALL = 8;

export async function smallContest({ folder, installFolder, orders, rounds }: Settings): Promise<string> {
  const codes = join(folder, 'functions');
  writeNothing(join(codes, 'no code'));
  const optRoot = join(folder, 'opt');
  copyModules(inRepository('layers/kafka'), optRoot);
  const provided = layerModules('kafka');
  for (const { name, entry } of functions) bundle({ entry: inRepository(entry), outdir: join(codes, name), provided });
  const services = await startServices({ folder, installFolder });
  const start = (name: string) =>
    startFunction({ taskRoot: join(codes, name), optRoot, environment: services.environment });
  let partition = 0;
  try {
    const cold = new Map<string, Cold>();
    const warm = new Map<string, Warm>();
    for (let round = 1; round <= rounds; round++) {
      for (const { name, topic } of [{ name: 'no code', topic: 'orders' as Topic }, ...functions]) {
        console.error(`round ${round}: ${name}, cold`);
        keepLeast(cold, name, await coldStarts(services, () => start(name), topic, ++partition), ({ first }) => first);
      }
      for (const [size, batches] of SIZES)
        for (const { name, topic } of functions) {
          console.error(`round ${round}: ${name}, ${size} records`);
          const count = Math.min(batches, Math.ceil(orders / size));
          const run = await warmRun(services, () => start(name), topic, ++partition, size, count);
          keepLeast(warm, `${name} ${size}`, run, ({ client, server }) => client + server);
        }
    }
    return `${coldTable(cold)}\n\n${warmTable(warm)}`;
  } finally {
    await services.stop();
  }
}

/** CPU seconds of a start until it asks for its first event, and until it has dealt with one. */
interface Cold {
  readonly loaded: number;
  readonly first: number;
}

async function coldStarts(
  services: Services,
  start: () => Promise<FunctionProcess>,
  topic: Topic,
  partition: number,
): Promise<Cold> {
  await services.empty(partition);
  const events = eventsOf(topic, partition, SMALL * COLD_STARTS, SMALL);
  const all = { loaded: 0, first: 0 };
  for (const event of events) {
    const running = await start();
    all.loaded += treeCpu(running.pid) / COLD_STARTS;
    await running.invoke(event);
    all.first += treeCpu(running.pid) / COLD_STARTS;
    await running.end();
  }
  return all;
}

/** CPU seconds of an invocation. */
interface Warm {
  readonly client: number;
  readonly server: number;
}

async function warmRun(
  services: Services,
  start: () => Promise<FunctionProcess>,
  topic: Topic,
  partition: number,
  size: number,
  batches: number,
): Promise<Warm> {
  await services.empty(partition);
  const running = await start();
  let [client, server] = [0, 0];
  let done = 0;
  for (const event of eventsOf(topic, partition, (WARM + batches) * size, size)) {
    if (done === WARM) [client, server] = [treeCpu(running.pid), services.serverCpu()];
    await running.invoke(event);
    done += 1;
  }
  const used = { client: treeCpu(running.pid) - client, server: services.serverCpu() - server };
  await running.end();
  return { client: used.client / batches, server: used.server / batches };
}

function keepLeast<Cost>(best: Map<string, Cost>, name: string, cost: Cost, secondsOf: (cost: Cost) => number): void {
  const earlier = best.get(name);
  if (!earlier || secondsOf(cost) < secondsOf(earlier)) best.set(name, cost);
}

const milliseconds = (seconds: number): string => (seconds * 1_000).toFixed(1);

const coldTable = (cold: ReadonlyMap<string, Cold>): string =>
  markdown(
    ['cold function', 'CPU ms until it is loaded', 'with its first batch of 8'],
    [...cold].map(([name, { loaded, first }]) => [name, milliseconds(loaded), milliseconds(first)]),
  );

const warmTable = (warm: ReadonlyMap<string, Warm>): string =>
  markdown(
    ['warm function', 'records', 'CPU ms an invocation', 'client', 'server', 'CPU s per million'],
    [...warm].map(([key, { client, server }]) => {
      const [, name = '', size = ''] = /^(.*) (\d+)$/.exec(key) ?? [];
      const perMillion = ((client + server) / Number(size)) * 1e6;
      const [all, ofClient, ofServer] = [client + server, client, server].map(milliseconds);
      return [name, formatCount(Number(size)), all ?? '', ofClient ?? '', ofServer ?? '', perMillion.toFixed(1)];
    }),
  );

/** What any function pays: Node, and the client of the Runtime API. */
function writeNothing(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.mjs'), 'export const handler = async () => {};');
}
