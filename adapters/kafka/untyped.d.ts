/** Types for the parts that we use of packages without any. */

declare module 'snappyjs' {
  export function uncompress(compressed: Uint8Array): Uint8Array;
}

declare module 'lz4js' {
  /** Decompresses one block of `length` bytes at `from` of `source` into `target` at `to`; returns the position after it. */
  export function decompressBlock(
    source: Uint8Array,
    target: Uint8Array,
    from: number,
    length: number,
    to: number,
  ): number;
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  interface RequestQueue {
    readonly pending: readonly unknown[];
    readonly throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
  const queue: { readonly prototype: RequestQueue };
  export default queue;
}
