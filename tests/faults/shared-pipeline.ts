/** One pipeline for all faults. Each group repairs what it breaks, and the books balance after every test. */
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { asked } from './asked.ts';

let pipeline: Promise<Pipeline> | undefined;

export function sharedPipeline(): Promise<Pipeline> {
  const airflow = asked?.kinds.some((name) => name.startsWith('airflow')) ?? false;
  pipeline ??= startPipeline(undefined, { airflow });
  return pipeline;
}

export async function stopSharedPipeline(): Promise<void> {
  await (await pipeline)?.stop();
}
