/**
 * What a task of a DAG sends:
 * - `{"suite": "curate_orders", "check": "orders_have_customers"}`: one check
 * - `{"suite": "process_kafka_to_postgres"}`: every check of the suite
 *
 * The answer is `Passed` (handler.ts); a check that fails fails the function.
 */
import * as z from 'zod';
import { requestReader } from '#lambda/request.ts';

/** A part of a path: sql/quality/<suite>/<check>.sql. */
const name = z.string().regex(/^[a-z][a-z0-9_]*$/);

export const request = z.object({ suite: name, check: name.optional() });

export type QualityRequest = z.infer<typeof request>;

/** @throws with what was expected and what came */
export const readRequest = requestReader(
  request,
  '{"suite": "curate_orders", "check": "orders_have_customers"}, a folder and a file of sql/quality, or only the suite',
);
