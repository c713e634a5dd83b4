/** Kafka → immutable objects in the lake: what each described stream that has a folder there says. The function that runs it is told its topic. */
import { required } from '#adapters/configuration.ts';
import { describedStream } from '#domain/streams.ts';
import { lakeHandler } from '#lambda/lake-handler.ts';

export const handler = lakeHandler(describedStream(required('STREAM_TOPIC')));
