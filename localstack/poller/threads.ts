/**
 * Keeps a thread running: what keeps it busy, breaks it or fills its memory stops no other thread. Processes would do the
 * same for three times the memory.
 */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { again } from './backoff.ts';

export interface ThreadOptions<Message> {
  readonly file: URL;
  /** The thread's `workerData`. */
  readonly data?: unknown;
  /** Objects of JavaScript that it may hold, in megabytes; buffers are beside them. */
  readonly memory: number;
  /** Milliseconds that it has to end after the message `stop`. */
  readonly grace: number;
  onMessage(message: Message): void;
  /** It has ended by itself, and another one will take its place. */
  onEnd(reason: string): void;
}

export interface KeptThread {
  stop(): Promise<void>;
}

/** Megabytes for new objects, of each thread. Without this limit, six pollers that were behind took 930 MB instead of 620. */
const YOUNG = 16;

export function keepThread<Message>({ file, data, memory, grace, ...on }: ThreadOptions<Message>): KeptThread {
  const stopping = new AbortController();
  let thread: Worker | undefined;

  const running = again(stopping.signal, async () => {
    const resourceLimits = { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: YOUNG };
    thread = new Worker(file, { workerData: data, resourceLimits });
    thread.on('message', on.onMessage);
    // An error comes before the exit, and rejects here.
    const reason = await once(thread, 'exit').then(([code]) => `exit code ${code}`, String);
    if (!stopping.signal.aborted) on.onEnd(reason);
  });

  return {
    async stop() {
      stopping.abort();
      thread?.postMessage('stop');
      await Promise.race([running, delay(grace, undefined, { ref: false })]);
      await thread?.terminate();
    },
  };
}
