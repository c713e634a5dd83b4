import { cutAtCommit, type Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'the connection breaks before the commit reaches PostgreSQL',
  strike: (pipeline, random) => cutAtCommit(pipeline, 'request', random),
};
