/** How the objects of a stream are named and encoded: by what its description says of the lake. */
import type { z } from 'zod';
import { encodeLines } from '#adapters/lake/json-lines.ts';
import { encodeEvents } from '#adapters/lake/parquet.ts';
import type { LakeSink, Stream } from '#domain/stream.ts';
import type { Layout } from './write-to-lake.ts';

type Format = Omit<Layout<z.ZodObject>, 'prefix' | 'name'>;

const formats: Readonly<Record<LakeSink['format'], Format>> = {
  parquet: { extension: 'parquet', contentType: 'application/vnd.apache.parquet', encode: encodeEvents },
  json_lines: { extension: 'json.gz', contentType: 'application/gzip', encode: encodeLines },
};

/** `raw/orders/dt=2025-12-11/orders_2025-12-11_00-00-01_p0_o100-199.parquet` */
export function layoutOf<Event extends z.ZodObject>({ topic, lake }: Stream<Event>): Layout<Event> {
  if (!lake)
    throw new Error(`Expected the description of ${topic} to say where in the lake its records go, got no \`lake\`.`);
  return { prefix: lake.prefix, name: topic, ...formats[lake.format] };
}
