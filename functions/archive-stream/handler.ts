/**
 * Kafka → immutable objects in the lake, and a table where the description names one too: what each described stream that has a folder
 * there says. The function that runs it is told its topic.
 */
import { required } from '#adapters/configuration.ts';
import { intoTable } from '#delivery/into-table.ts';
import { describedStream } from '#domain/streams.ts';
import { lakeHandler } from '#lambda/lake-handler.ts';

const stream = describedStream(required('STREAM_TOPIC'));

export const handler = lakeHandler(stream, stream.table ? { apply: intoTable(stream) } : {});
