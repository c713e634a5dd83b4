/** Sends of more records than a topic takes in one batch: the Kafka client makes one of what it sends to a partition. */
import { isTooLarge } from './producer.ts';

interface Measured {
  readonly length: number;
}

/** @returns bytes of the record in Kafka, uncompressed, rather too many than too few */
export const sizeInKafka = ({
  key,
  value,
  headers,
}: {
  readonly key: Measured | null;
  readonly value: Measured | null;
  readonly headers: readonly { readonly name: string; readonly value: Measured }[];
}): number =>
  headers.reduce(
    (sum, header) => sum + 10 + header.name.length * 3 + header.value.length,
    100 + (key?.length ?? 0) + (value?.length ?? 0),
  );

/** Cuts the list, in its order, before a part would have more bytes; a larger item is a part of its own. */
export function cutBySize<Item>(items: readonly Item[], bytes: number, sizeOf: (item: Item) => number): Item[][] {
  const parts: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (size > room || parts.length === 0) {
      parts.push([]);
      room = bytes;
    }
    parts.at(-1)?.push(item);
    room -= size;
  }
  return parts;
}

/**
 * Halves what the broker refuses as too large, until it is one item: a topic's limit may be lower than a part is.
 *
 * @param alone gets the item that will never get through, and the broker's refusal
 * @throws what `send` throws otherwise, at once: what comes after might overtake it
 */
export async function sendHalving<Item>(
  items: readonly Item[],
  send: (some: readonly Item[]) => Promise<unknown>,
  alone: (item: Item, refusal: unknown) => Promise<unknown>,
): Promise<void> {
  const [first] = items;
  if (first === undefined) return;
  try {
    await send(items);
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    if (items.length === 1) {
      await alone(first, error);
      return;
    }
    const half = Math.ceil(items.length / 2);
    await sendHalving(items.slice(0, half), send, alone);
    await sendHalving(items.slice(half), send, alone);
  }
}
