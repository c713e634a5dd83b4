/** Kafka → a table: what each described stream that has one says. The function that runs it is told its topic. */
import { required } from '#adapters/configuration.ts';
import { intoTable } from '#delivery/into-table.ts';
import { describedStream } from '#domain/streams.ts';
import { tableHandler } from '#lambda/table-handler.ts';

const stream = describedStream(required('STREAM_TOPIC'));

export const handler = tableHandler(stream, intoTable(stream));
