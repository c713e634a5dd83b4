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

declare module 'kafkajs/src/consumer/consumerGroup.js' {
  import type { Batch } from 'kafkajs';
  import type connection from 'kafkajs/src/network/connection.js';

  interface Broker {
    readonly connectionPool: { readonly pool: readonly (typeof connection.prototype)[] };
  }
  interface ConsumerGroup {
    /** Its brokers by their numbers, connected or not. */
    readonly cluster: { readonly brokerPool: { readonly brokers: Readonly<Record<number, Broker>> } };
    maxWaitTime: number;
    paused(): readonly unknown[];
    fetch(nodeId: number): Promise<readonly Batch[]>;
  }
  const group: { readonly prototype: ConsumerGroup };
  export default group;
}

declare module 'kafkajs/src/network/connection.js' {
  interface Connection {
    readonly socket?: import('node:net').Socket;
    readonly requestTimeout: number;
    readonly authHandlers: { onError(): void } | null;
    send(request: object): Promise<unknown>;
    sendAuthRequest(request: object): Promise<unknown>;
  }
  const connection: { readonly prototype: Connection };
  export default connection;
}

declare module 'kafkajs/src/protocol/decoder.js' {
  export default class Decoder {
    constructor(bytes: Buffer);
    readonly buffer: Buffer;
    readonly offset: number;
    canReadBytes(length: number): boolean;
    readInt16(): number;
    readInt32(): number;
    readInt64(): { toString(): string };
    readString(): string;
    readBytes(length: number): Buffer;
    readArray<Item>(read: () => Item): Item[];
    readArrayAsync<Item>(read: () => Promise<Item>): Promise<Item[]>;
    readAll(): Buffer;
    readVarInt(): number;
    readVarIntArray(read: (decoder: Decoder) => unknown): unknown[];
  }
}

declare module 'kafkajs/src/protocol/recordBatch/header/v0/decoder.js' {
  import type Decoder from 'kafkajs/src/protocol/decoder.js';
  export default function decodeHeader(decoder: Decoder): { readonly key: string; readonly value: Buffer | null };
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0/decoder.js' {
  import type { IHeaders } from 'kafkajs';
  import type Decoder from 'kafkajs/src/protocol/decoder.js';
  export default function decodeRecord(
    decoder: Decoder,
    batch: { readonly firstOffset: string; readonly firstTimestamp: string },
  ): { readonly headers: IHeaders };
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0/index.js' {
  import type { IHeaders } from 'kafkajs';
  export default function encodeRecord(record: {
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers: IHeaders;
    readonly offsetDelta?: number;
    readonly timestampDelta?: number;
  }): { readonly buffer: Buffer };
}

declare module 'kafkajs/src/protocol/requests/produce/index.js' {
  import type { Message } from 'kafkajs';
  export interface PartitionData {
    readonly partition: number;
    readonly messages: readonly Message[];
    readonly firstSequence?: number;
  }
  export interface Produce {
    readonly transactionalId?: string | null;
    readonly acks: number;
    readonly timeout: number;
    readonly compression?: number;
    /** A number of 64 bits. */
    readonly producerId?: { toString(): string };
    readonly producerEpoch?: number;
    readonly topicData: readonly { readonly topic: string; readonly partitions: readonly PartitionData[] }[];
  }
  type Request = (data: Produce) => {
    readonly request: { readonly encode: () => Promise<{ readonly buffer: Buffer }> };
    readonly response: unknown;
  };
  const produce: { protocol(asked: { readonly version: number | string }): Request };
  export default produce;
}

declare module 'kafkajs/src/protocol/recordBatch/v0/decoder.js' {
  import type { KafkaMessage } from 'kafkajs';
  import type Decoder from 'kafkajs/src/protocol/decoder.js';
  export default function decodeBatch(decoder: Decoder): Promise<{
    readonly firstOffset: string;
    readonly lastOffsetDelta: number;
    readonly firstTimestamp: string;
    readonly timestampType: number;
    readonly records: readonly KafkaMessage[];
  }>;
}

declare module 'kafkajs/src/protocol/recordBatch/crc32C/index.js' {
  export default function crc32C(bytes: Buffer): number;
}

declare module 'kafkajs/src/protocol/messageSet/decoder.js' {
  import type { KafkaMessage } from 'kafkajs';
  import type Decoder from 'kafkajs/src/protocol/decoder.js';
  export default function decodeMessageSet(decoder: Decoder, size: number): Promise<KafkaMessage[]>;
}

declare module 'kafkajs/src/protocol/requests/fetch/v11/response.js' {
  interface Response {
    decode(bytes: Buffer): Promise<{
      readonly responses: readonly {
        readonly topicName: string;
        readonly partitions: readonly { readonly partition: number; readonly messages: readonly unknown[] }[];
      }[];
    }>;
  }
  const response: Response;
  export default response;
}
