import { type Fault, killServing } from '../fault.ts';

export const fault: Fault = {
  breaks: 'index-hourly-metrics is killed while it works',
  strike: (pipeline, random) => killServing(pipeline, 'index-hourly-metrics', random, pipeline.transform),
};
