/** A Lambda handler that applies streams of the catalogue to tables, each batch and its offsets in one transaction. */
import type { z } from 'zod';
import type { Apply } from '#delivery/apply.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { Stream } from '#domain/streams.ts';
import { kafkaHandler } from './kafka-handler.ts';
import { openSink, relayAfter } from './sink.ts';

export interface TableOptions {
  /** `apply` puts a message into the outbox for each record that it accepts. */
  readonly announces?: boolean;
}

/** Reads the function's environment: call it once, when the function starts. */
export function tableHandler<Event extends z.ZodObject>(
  stream: Stream<Event> | readonly Stream<Event>[],
  apply: Apply<Event>,
  { announces = false }: TableOptions = {},
) {
  return kafkaHandler({ stream, consume: writeToPostgres(openSink(), apply), afterwards: relayAfter(announces) });
}
