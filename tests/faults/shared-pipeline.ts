/** One pipeline for all faults. Each group repairs what it breaks, and the books balance after every test. */
import { type Pipeline, startPipeline } from '../support/pipeline.ts';

let pipeline: Promise<Pipeline> | undefined;

export function sharedPipeline(): Promise<Pipeline> {
  pipeline ??= startPipeline();
  return pipeline;
}

export async function stopSharedPipeline(): Promise<void> {
  await (await pipeline)?.stop();
}
