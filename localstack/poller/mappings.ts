/** The event source mappings of the local environment, as CDK makes them in the cloud. */
import { type Configuration, windowOf } from '#domain/configuration/keys.ts';
import { catalogue, groupOf, type Stream } from '#domain/streams.ts';
import type { Mapping } from './poller.ts';

/** @param environment whose functions are invoked: `tillstream-<environment>-<consumer>` */
export const mappingsOf = (
  configuration: Configuration,
  environment: string,
): { readonly stream: Stream; readonly mapping: Mapping }[] =>
  catalogue.map((stream) => ({
    stream,
    mapping: {
      ...stream.batching,
      maximumBatchingWindowInSeconds: windowOf(configuration, stream),
      topic: stream.topic,
      consumerGroupId: groupOf(stream),
      functionName: `tillstream-${environment}-${stream.consumer}`,
    },
  }));
