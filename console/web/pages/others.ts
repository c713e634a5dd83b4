/** The pages behind the Overview. They come together, in one file: apart, esbuild would cut what they share into many small ones. */
export { Connect } from './connect.tsx';
export { Cost } from './cost.tsx';
export { DeadLetters } from './dead-letters.tsx';
export { Find } from './find.tsx';
export { Lake } from './lake.tsx';
export { Losses } from './losses.tsx';
export { Messages } from './messages.tsx';
export { Payments } from './payments.tsx';
export { Proof } from './proof.tsx';
export { Questions } from './questions.tsx';
export { Runs } from './runs.tsx';
export { Stock } from './stock.tsx';
export { Streams } from './streams.tsx';
