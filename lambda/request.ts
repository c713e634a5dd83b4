/** Reads the payload of a function that people, schedules or DAGs call, not Kafka's event source. */
import * as z from 'zod';

/**
 * @param expected the requests that the function takes, as JSON, for the error message
 * @returns a reader of payloads, which throws with what was expected and what came
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
