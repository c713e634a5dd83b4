import type { Fault } from '../fault.ts';
import { fillDiskOf } from '../full-disk.ts';

export const fault: Fault = {
  breaks: 'the disk of Kafka is full for seconds',
  strike: (pipeline, random) => fillDiskOf(pipeline, 'kafka', random),
};
