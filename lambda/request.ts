/** What a function is called with, when Kafka's event source is not who calls it. */
import { z } from 'zod';

/**
 * @param expected the requests there are, as JSON, for whoever sent another
 * @returns reads a payload; throws with what was expected and what came
 */
export function requestReader<Schema extends z.ZodType>(
  schema: Schema,
  expected: string,
): (payload: unknown) => z.infer<Schema> {
  return (payload) => {
    const read = schema.safeParse(payload);
    if (read.success) return read.data;
    const came = (JSON.stringify(payload) ?? 'nothing').slice(0, 200);
    throw new Error(`Expected ${expected}, got ${came}: ${z.prettifyError(read.error)}`);
  };
}
