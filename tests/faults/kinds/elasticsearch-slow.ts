import type { Fault } from '../fault.ts';
import { slowDown } from '../networks.ts';

export const fault: Fault = {
  breaks: 'the network between index-hourly-metrics and Elasticsearch is slow for seconds',
  strike: ({ networks }, random) => slowDown(networks.elasticsearch, random),
};
