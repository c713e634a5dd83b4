/** A thread of main.ts: one poller, which reports to the main thread and stops at its word. */
import { parentPort, workerData } from 'node:worker_threads';
import { type PollerOptions, startPoller } from './poller.ts';

const poller = startPoller({
  ...(workerData as PollerOptions),
  onEvent: (event) => parentPort?.postMessage(event),
});

parentPort?.once('message', async () => {
  await poller.stop();
  process.exit(); // Ends the thread only.
});
