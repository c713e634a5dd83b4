/** The pages behind the Overview. They come together, in one file: apart, esbuild would cut what they share into many small ones. */
export { DeadLetters } from './dead-letters.tsx';
export { Find } from './find.tsx';
export { Messages } from './messages.tsx';
export { Streams } from './streams.tsx';
