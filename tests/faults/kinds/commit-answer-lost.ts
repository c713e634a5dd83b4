import { cutAtCommit, type Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'the connection breaks after PostgreSQL has committed, before the function gets the answer',
  strike: (pipeline, random) => cutAtCommit(pipeline, 'answer', random),
};
