/** Live events as text/event-stream (https://html.spec.whatwg.org/multipage/server-sent-events.html), read by `fetch`, which can send the key. */
import { live as headers } from './answer.ts';
import type { Live, LiveEvent } from './live.ts';

/** A proxy or a sleeping laptop lets a connection die in silence; a page that hears nothing for longer makes a new one. */
const COMMENT_EVERY_MS = 15_000;

/** What waits for a page that doesn't read; more, and its connection ends. It can go on from its last event. */
const WAITING_BYTES = 1024 * 1024;

const COMMENT = ':\n\n';

export interface EventOptions {
  /** The last event that the page has. */
  readonly after?: string | undefined;
  readonly signal: AbortSignal;
  readonly commentEvery?: number;
}

export function eventStream(live: Live, { after, signal, commentEvery = COMMENT_EVERY_MS }: EventOptions): Response {
  let end: (how?: () => void) => void = () => {};
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let open = true;
        let stop: (() => void) | undefined;
        end = (how: () => void = () => {}): void => {
          if (!open) return;
          open = false;
          clearInterval(timer);
          signal.removeEventListener('abort', leave);
          stop?.();
          how();
        };
        const leave = (): void => end(() => controller.close());
        const send = (text: string): void => {
          if (!open) return;
          controller.enqueue(Buffer.from(text));
          // An error, since a stream that is closed keeps what waits.
          if ((controller.desiredSize ?? 0) < 0) end(() => controller.error(new Error('The page does not read.')));
        };
        const timer = setInterval(() => send(COMMENT), commentEvery);
        signal.addEventListener('abort', leave);
        // Tells the page at once that it is connected: the first event may take a second.
        send(COMMENT);
        stop = live.listen((event) => send(textOf(event)), after);
        if (!open) stop();
      },
      cancel: () => end(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: WAITING_BYTES }),
  );
  return new Response(body, { headers: headers('text/event-stream') });
}

/** JSON has no line break, so each event is one line of data. */
const textOf = ({ id, name, data }: LiveEvent): string =>
  `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
